"""How it stands: lag, owners, workers, the clock of a stage."""
