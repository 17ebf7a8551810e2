"""The demo: a seeded week of service centres, played on a real Kafka that it starts itself."""
