"""How a command speaks: options, tables, screens, its manual."""
