"""The board: people look, act and decide in a browser.

`model` is the board's own copy of what the topics say (SQLite), `pages` shows it, `identity` says
who somebody is and what they may. `viewers` and `gate` are what the last two agree on.
"""
