"""Agricultural fields of a season."""

from geo.layers.layer import NAMES, Kind, Layer, Property

LAYER = Layer(
    id="fields",
    title="Agricultural fields",
    relation="agricultural_field",
    geometry="area",
    properties=(
        Property("id"),
        *NAMES,
        Property("farm"),
        Property("crop"),
        Property("season", Kind.INTEGER),
        Property("area_ha", Kind.NUMBER),
    ),
)
