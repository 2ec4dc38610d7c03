"""Construction permits and the ground they cover."""

from geo.layers.layer import Kind, Layer, Property

LAYER = Layer(
    id="permits",
    title="Construction permits",
    relation="construction_permit",
    geometry="area",
    started="valid_from",
    ended="valid_to",
    properties=(
        Property("id"),
        Property("number"),
        Property("issued_to"),
        Property("purpose"),
        Property("valid_from", Kind.DAY),
        Property("valid_to", Kind.DAY),
    ),
)
