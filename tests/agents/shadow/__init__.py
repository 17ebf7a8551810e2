"""The policy that runs beside the live one."""
