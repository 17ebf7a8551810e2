"""Policies that come with the package (data, read through `importlib.resources`)."""
