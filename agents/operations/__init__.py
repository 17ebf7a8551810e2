"""What the people who run it look at: how it stands, which cases are open, what is set wrongly.

Everything is read from outside: topics, groups, the workers' own HTTP. Nothing is written.
"""
