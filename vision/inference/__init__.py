"""Detectors: one picture in, boxes out."""
