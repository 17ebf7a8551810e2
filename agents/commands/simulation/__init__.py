"""Commands that need no Kafka of yours: simulate, demo, month, play."""
