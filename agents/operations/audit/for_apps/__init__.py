"""What customers and their apps are shown, against what was published besides."""
