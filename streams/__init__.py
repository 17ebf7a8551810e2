"""The engine: stages over Kafka, exactly once, in batches. It knows nothing of the domain."""
