"""Requests: what a person asks of each pattern. Values only; planning is elsewhere."""
