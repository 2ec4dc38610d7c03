"""What photographs really show of the ground: footprints, the share covered, gaps, and the flights that fill them."""
