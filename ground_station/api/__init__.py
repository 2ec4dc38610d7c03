"""The HTTP and WebSocket face of the system. `ground_station.app` assembles it; nothing else imports it."""
