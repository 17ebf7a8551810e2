"""What is measured, and how: programs that are run, never installed."""
