"""The way to Kafka: Faust's consumer groups, and confluent-kafka beside them."""
