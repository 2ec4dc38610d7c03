"""Rules of places that are not the road."""
