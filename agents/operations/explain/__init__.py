"""`recourse explain`: what happened and why, in the operator's words and in the customer's.

Everything is told from the records alone: `story` finds what belongs to an id, `operator` and
`customer` put it into words, `page` shows it.
"""
