"""Fibre routes as whole lines."""

from geo.layers.layer import NAMES, Kind, Layer, Property

LAYER = Layer(
    id="fibre-routes",
    title="Fibre routes",
    relation="fibre_route",
    geometry="path",
    properties=(Property("id"), *NAMES, Property("operator"), Property("state"), Property("length_km", Kind.NUMBER)),
)
