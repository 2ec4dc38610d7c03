"""Recorded video: segments by stream copy, kept as long as there is a reason, shown and handed out with people and plates hidden."""
