"""The application: the rules, the stages, the commands."""
