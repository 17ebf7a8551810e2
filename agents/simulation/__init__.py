"""The pipeline without Kafka, and simulated weeks and months."""
