"""From a request to a plan: cameras, resolution, coverage, time and energy, checks. Geometry in local metres, never in degrees."""
