"""One file a format: a pure reader from a path to flight records."""
