"""Places to clean, from the first report to the check that they stayed clean."""

from geo.layers.layer import NAMES, Kind, Layer, Property

LAYER = Layer(
    id="cleanup-sites",
    title="Cleanup sites",
    relation="cleanup_site",
    geometry="area",
    started="reported_at",
    properties=(
        Property("id"),
        *NAMES,
        Property("kind"),
        Property("state"),
        Property("reported_by"),
        Property("reported_at", Kind.INSTANT),
        Property("updated_at", Kind.INSTANT),
        Property("area_m2", Kind.NUMBER),
        Property("volume_m3", Kind.NUMBER),
        Property("visits", Kind.INTEGER),
    ),
)
