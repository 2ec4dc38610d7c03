"""Roads."""

from geo.layers.layer import NAMES, Kind, Layer, Property

LAYER = Layer(
    id="roads",
    title="Roads",
    relation="road",
    geometry="path",
    properties=(
        Property("id"),
        *NAMES,
        Property("ref"),
        Property("road_class"),
        Property("surface"),
        Property("speed_limit_kmh", Kind.INTEGER),
        Property("length_km", Kind.NUMBER),
    ),
)
