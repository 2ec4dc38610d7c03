"""Flight trials: the same flight with the same fault on our simulator and on a real SITL, judged and compared."""
