"""Which pictures of a source are decoded, looked at and given to the detector, and what becomes of the boxes in between."""
