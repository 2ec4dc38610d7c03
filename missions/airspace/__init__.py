"""Airspace: zones with heights and times, the files they come in, the limits of the law, and the proof that a plan keeps to them."""
