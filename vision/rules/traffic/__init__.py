"""Rules of the road, one to a file."""
