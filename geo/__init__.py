"""Places, layers and the database.

`geo.primitives` are the shared words; here are the layers, light to import; `geo.core` is the database and loads its driver.
"""

from geo.layers import LAYERS, FeatureQuery, Layer, parse_bbox, parse_interval

__all__ = ["LAYERS", "FeatureQuery", "Layer", "parse_bbox", "parse_interval"]
