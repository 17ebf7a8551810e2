"""What happened at each site on each local day, added up: stage insights."""
