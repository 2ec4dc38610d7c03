"""Docks: boxes a vehicle starts from. Devices behind one small protocol, a state machine without clock or sockets, a weather gate."""
