"""Checks of a set-up, each with a line that says what to fix."""
