"""The contract with the world: schemas, typed records, the table of topics."""
