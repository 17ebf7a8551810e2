"""What stands around the core in a worker: stages, state, dead letters, settings, metrics."""
