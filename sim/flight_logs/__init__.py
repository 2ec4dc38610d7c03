"""What a vehicle writes to its own card while it flies: DataFlash (`.bin`) as ArduPilot, ULog (`.ulg`) as PX4."""
