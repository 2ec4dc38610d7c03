"""The ground below a flight: elevation models, flying at a height above them, and the proof of it."""
