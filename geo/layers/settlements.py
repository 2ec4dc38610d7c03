"""Settlements, and the capes, bays and heights people name places by."""

from geo.layers.layer import NAMES, Kind, Layer, Property

LAYER = Layer(
    id="settlements",
    title="Settlements",
    relation="settlement",
    geometry="position",
    properties=(Property("id"), *NAMES, Property("kind"), Property("population", Kind.INTEGER)),
)
