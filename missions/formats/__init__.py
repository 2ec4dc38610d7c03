"""Plan files, one module a format. `catalogue` picks the format by suffix."""
