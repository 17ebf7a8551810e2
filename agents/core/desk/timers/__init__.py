"""The desk's time: clocks of a case, what is due, and what time makes of it."""
