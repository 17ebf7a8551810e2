"""Thirty simulated days of a network of sites, through both stages in memory: how long people wait.

Built from the demo's plots (`agents.demo.life`) and managers (`agents.demo.people`).
"""
