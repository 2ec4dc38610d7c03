"""The message bus: subjects, connection, streams."""
