"""Stage desk: one escalation a visit, a manager who can be reached, clocks, and what people do."""
