"""`python -m agents`: the command `recourse`."""

from agents.cli import main

main()
