"""One check a file; `ground_station/safety/catalogue.py` lists them in the order shown."""
