"""Thirty simulated days of a network of sites, through both stages in memory: how long people wait.

Built from the plots and managers of `agents.simulation.demo` (`event_generator`, `people`).
"""
