"""From the bus to PostGIS: nothing acknowledged is lost, nothing is written twice in effect."""
