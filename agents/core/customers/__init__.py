"""Stage customers: merge the visit, find disagreements, decide them, count them by customer."""
