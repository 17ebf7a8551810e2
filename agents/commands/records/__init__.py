"""Commands about what was decided: cases, explanations, dead letters, audits, erasure."""
