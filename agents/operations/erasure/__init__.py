"""Whether a customer is forgotten: their id is looked for in all that Kafka holds."""

from agents.operations.erasure.proof import Found, Place, Proof

__all__ = ["Found", "Place", "Proof"]
