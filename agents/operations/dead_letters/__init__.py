"""What could not be used: how it is kept, looked at, and sent through the front door again."""
