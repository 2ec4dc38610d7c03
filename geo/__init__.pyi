"""The face of `geo`: each name is loaded from its module when it is first asked for."""

from .layers import (
    LAYERS as LAYERS,
    FeatureQuery as FeatureQuery,
    Layer as Layer,
    parse_bbox as parse_bbox,
    parse_interval as parse_interval,
)
