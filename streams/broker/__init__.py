"""A real Kafka and a real schema registry on this machine, for the demo, tests and trying out."""

from streams.broker.process import Broker
from streams.broker.registry import RegistryServer
from streams.broker.server import BrokerError, Status, running

__all__ = ["Broker", "BrokerError", "RegistryServer", "Status", "running"]
