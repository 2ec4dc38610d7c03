"""A companion computer on an aircraft: camera and autopilot beside it, the station at the end of a link that comes and goes."""
