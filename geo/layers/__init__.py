"""The catalogue of layers: one file a layer, one line here."""

from geo.layers import (
    cleanup_sites,
    construction_sites,
    fibre_routes,
    fibre_segments,
    fields,
    observations,
    permits,
    roads,
    settlements,
    tracks,
    video_sources,
    violations,
    zones,
)
from geo.layers.layer import Kind, Layer, Property
from geo.layers.query import BoundingBox, FeatureQuery, parse_bbox, parse_interval

LAYERS: dict[str, Layer] = {
    module.LAYER.id: module.LAYER
    for module in (
        video_sources,
        observations,
        violations,
        fibre_routes,
        fibre_segments,
        cleanup_sites,
        construction_sites,
        permits,
        roads,
        fields,
        zones,
        settlements,
        tracks,
    )
}

__all__ = ["LAYERS", "BoundingBox", "FeatureQuery", "Kind", "Layer", "Property", "parse_bbox", "parse_interval"]
