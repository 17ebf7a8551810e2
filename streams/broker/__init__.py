"""A real Kafka on this machine, for the demo, the tests and trying things out."""

from streams.broker.process import Broker, BrokerError, Status, running

__all__ = ["Broker", "BrokerError", "Status", "running"]
