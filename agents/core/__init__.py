"""The rules of recourse as pure functions: no clock, no randomness, no input or output."""
