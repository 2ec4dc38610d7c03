"""Building sites, with and without a permit."""

from geo.layers.layer import NAMES, Kind, Layer, Property

LAYER = Layer(
    id="construction-sites",
    title="Construction sites",
    relation="construction_site",
    geometry="area",
    properties=(
        Property("id"),
        *NAMES,
        Property("kind"),
        Property("state"),
        Property("permit_id"),
        Property("permitted", Kind.BOOLEAN, "permit_id IS NOT NULL"),
        Property("started_on", Kind.DAY),
        Property("planned_end_on", Kind.DAY),
        Property("progress_fraction", Kind.NUMBER),
    ),
)
