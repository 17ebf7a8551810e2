"""Bytes and records: two framings, one codec."""
