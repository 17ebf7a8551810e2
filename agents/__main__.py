"""`python -m agents`: the command `recourse`."""

from agents.commands import main

main()
