"""Where vehicles flew: one line per vehicle and hour, newest first. Z is metres above mean sea level."""

from geo.layers.layer import Kind, Layer, Property

LAYER = Layer(
    id="tracks",
    title="Vehicle tracks",
    relation=(
        "(SELECT vehicle_id || '@' || to_char(date_trunc('hour', at), 'YYYY-MM-DD\"T\"HH24\"Z\"') AS id, vehicle_id, min(at) AS started_at,"
        " max(at) AS ended_at, count(*) AS points, ST_MakeLine(position ORDER BY at) AS path"
        " FROM track WHERE at >= {start} AND at < {end} GROUP BY vehicle_id, date_trunc('hour', at) HAVING count(*) > 1)"
    ),
    geometry="path",
    order=(Property("started_at", Kind.INSTANT), Property("id")),
    newest_first=True,
    default_hours=24,
    properties=(
        Property("id"),
        Property("vehicle_id"),
        Property("started_at", Kind.INSTANT),
        Property("ended_at", Kind.INSTANT),
        Property("points", Kind.INTEGER),
    ),
)
