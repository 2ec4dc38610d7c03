-- Exactly once in effect: a row is written when it is new or its revision is higher than the stored one.
-- What a source saw between its last good look and the alarm that it had moved is doubtful, whichever of the two is stored first.
-- The partition key must not move between revisions, or the same id would live twice; the stored start wins.
WITH incoming AS (
    SELECT * FROM unnest(
        $1::uuid[], $2::bigint[], $3::timestamptz[], $4::timestamptz[], $5::text[], $6::text[], $7::text[], $8::text[],
        $9::float8[], $10::bigint[], $11::float8[], $12::float8[], $13::float8[], $14::float8[], $15::float8[], $16::float8[],
        $17::float8[], $18::float8[], $19::float8[], $20::float8[], $21::text[], $22::text[], $23::text[],
        $24::float8[], $25::float8[], $26::float8[], $27::text[]
    ) AS t (
        id, revision, started_at, ended_at, source_id, vehicle_id, kind, label,
        confidence, track_id, x0, y0, x1, y1, lon, lat,
        accuracy_m, heading_deg, speed_mps, speed_sigma_mps, rule, rule_edition, model,
        ellipse_major_m, ellipse_minor_m, ellipse_bearing_deg, trajectory
    )
), placed AS (
    SELECT incoming.*, coalesce(known.started_at, incoming.started_at) AS partition_at
    FROM incoming LEFT JOIN LATERAL (
        SELECT o.started_at FROM observation o
        WHERE o.id = incoming.id
          AND o.started_at BETWEEN incoming.started_at - interval '1 day' AND incoming.started_at + interval '1 day'
        LIMIT 1
    ) known ON true
)
INSERT INTO observation AS stored (
    id, revision, started_at, ended_at, source_id, vehicle_id, kind, label, confidence, track_id, bbox_px, position,
    accuracy_m, heading_deg, speed_mps, speed_sigma_mps, rule, rule_edition, model,
    ellipse_major_m, ellipse_minor_m, ellipse_bearing_deg, trajectory, doubtful_why
)
SELECT
    id, revision, partition_at, ended_at, source_id, vehicle_id, kind, label, confidence, track_id, ARRAY[x0, y0, x1, y1],
    CASE WHEN lon IS NOT NULL AND lat IS NOT NULL THEN ST_SetSRID(ST_MakePoint(lon, lat), 4326) END,
    accuracy_m, heading_deg, speed_mps, speed_sigma_mps, rule, rule_edition, model,
    ellipse_major_m, ellipse_minor_m, ellipse_bearing_deg, ST_GeomFromEWKT(trajectory),
    CASE WHEN lon IS NOT NULL THEN (
        SELECT e.what FROM source_event e
        WHERE e.source_id = placed.source_id AND e.doubtful_since < placed.ended_at AND e.at >= placed.started_at
        LIMIT 1
    ) END
FROM placed
ORDER BY id
ON CONFLICT (id, started_at) DO UPDATE SET
    revision = excluded.revision, ended_at = excluded.ended_at, source_id = excluded.source_id, vehicle_id = excluded.vehicle_id,
    kind = excluded.kind, label = excluded.label, confidence = excluded.confidence, track_id = excluded.track_id,
    bbox_px = excluded.bbox_px, position = excluded.position, accuracy_m = excluded.accuracy_m, heading_deg = excluded.heading_deg,
    speed_mps = excluded.speed_mps, speed_sigma_mps = excluded.speed_sigma_mps, rule = excluded.rule,
    rule_edition = excluded.rule_edition, model = excluded.model, ellipse_major_m = excluded.ellipse_major_m,
    ellipse_minor_m = excluded.ellipse_minor_m, ellipse_bearing_deg = excluded.ellipse_bearing_deg, trajectory = excluded.trajectory,
    doubtful_why = coalesce(excluded.doubtful_why, stored.doubtful_why),
    received_at = now()
WHERE excluded.revision > stored.revision
RETURNING id
