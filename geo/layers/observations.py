"""What was seen, where and when, newest first."""

from geo.layers.layer import Kind, Layer, Property

LAYER = Layer(
    id="observations",
    title="Observations",
    relation="observation",
    geometry="position",
    order=(Property("started_at", Kind.INSTANT), Property("id", Kind.ID)),
    newest_first=True,
    started="started_at",
    properties=(
        Property("id", Kind.ID),
        Property("kind"),
        Property("label"),
        Property("confidence", Kind.NUMBER),
        Property("source_id"),
        Property("vehicle_id"),
        Property("track_id", Kind.INTEGER),
        Property("started_at", Kind.INSTANT),
        Property("ended_at", Kind.INSTANT),
        Property("accuracy_m", Kind.NUMBER),
        Property("ellipse_major_m", Kind.NUMBER),
        Property("ellipse_minor_m", Kind.NUMBER),
        Property("ellipse_bearing_deg", Kind.NUMBER),
        Property("heading_deg", Kind.NUMBER),
        Property("speed_mps", Kind.NUMBER),
        Property("speed_sigma_mps", Kind.NUMBER),
        Property("rule"),
        Property("rule_edition"),
        Property("model"),
        Property("revision", Kind.INTEGER),
        Property("same_as", Kind.ID),
        Property("doubtful_why"),
        Property("review_state"),
    ),
)
