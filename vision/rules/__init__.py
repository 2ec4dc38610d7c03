"""Rules: what on the ground breaks which order, how surely, and which instants prove it."""
