"""Commands that run and watch the pipeline and its Kafka."""
