"""Everything a simulated vehicle answers on the wire: one service a file, one line in `catalogue`."""
