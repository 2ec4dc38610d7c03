"""Patterns: geometry in, lines to fly out. Pure; metres in a local frame."""
