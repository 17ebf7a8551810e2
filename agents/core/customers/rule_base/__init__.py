"""What every rule stands on: its definition, its preconditions, the facts that it reads."""
