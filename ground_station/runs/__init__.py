"""Missions carried out over batteries and vehicles: what state they are in by telemetry, and what ground has been covered."""
