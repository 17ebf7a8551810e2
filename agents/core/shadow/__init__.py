"""The policy that runs beside the live one: what it decides, and where the two differ."""
