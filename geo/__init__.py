"""Places, layers and the database.

`geo.primitives` are the shared words; here are the layers, light to import; `geo.core` is the database and loads its driver.
"""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from geo.layers import LAYERS, FeatureQuery, Layer, parse_bbox, parse_interval

__all__ = ["LAYERS", "FeatureQuery", "Layer", "parse_bbox", "parse_interval"]


def __getattr__(name: str) -> Any:
    """The layers, when asked for: every room takes its words from `geo.primitives`, few look at layers."""
    if name not in __all__:
        raise AttributeError(f"module 'geo' has no attribute '{name}'")
    from geo import layers

    return getattr(layers, name)
