"""Stretches of fibre routes; `from_m` and `to_m` are chainages in metres from the route's start."""

from geo.layers.layer import Kind, Layer, Property

LAYER = Layer(
    id="fibre-segments",
    title="Fibre segments",
    relation="fibre_segment",
    geometry="path",
    properties=(
        Property("id"),
        Property("route_id"),
        Property("sequence", Kind.INTEGER),
        Property("environment"),
        Property("from_m", Kind.NUMBER),
        Property("to_m", Kind.NUMBER),
    ),
)
