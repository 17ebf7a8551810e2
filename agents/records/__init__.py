"""Records as bytes and back: the contract's, the engine's, and the usual mistakes in them."""
