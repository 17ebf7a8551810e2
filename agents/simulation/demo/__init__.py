"""The demo: a simulated week of thirteen sites on a real Kafka, checked against the pure core."""
