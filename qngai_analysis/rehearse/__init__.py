"""Simulated files to rehearse a year with."""
