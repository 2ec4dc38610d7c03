"""Airspace zones and geofences; heights are metres over what their reference names."""

from geo.layers.layer import NAMES, Kind, Layer, Property

LAYER = Layer(
    id="zones",
    title="Airspace zones",
    relation="airspace_zone",
    geometry="area",
    started="valid_from",
    ended="valid_to",
    properties=(
        Property("id"),
        *NAMES,
        Property("kind"),
        Property("authority"),
        Property("floor_m", Kind.NUMBER),
        Property("floor_reference"),
        Property("ceiling_m", Kind.NUMBER),
        Property("ceiling_reference"),
        Property("valid_from", Kind.INSTANT),
        Property("valid_to", Kind.INSTANT),
        Property("source"),
        Property("message"),
    ),
)
