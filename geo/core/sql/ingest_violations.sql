-- Exactly once in effect: a case told again is left as it is, with what people have decided of it since.
-- By which right it holds is decided here, where orders and certificates are: the order that the scene names counts when it is in force at
-- that instant over that place; a certified device that stands where it is makes it A, an order alone B, neither C.
WITH incoming AS (
    SELECT * FROM unnest(
        $1::uuid[], $2::text[], $3::text[], $4::text[], $5::text[], $6::uuid[], $7::bigint[], $8::bigint[], $9::text[], $10::text[],
        $11::timestamptz[], $12::timestamptz[], $13::timestamptz[], $14::text[], $15::float8[], $16::float8[], $17::float8[],
        $18::text[], $19::float8[], $20::float8[], $21::float8[], $22::float8[], $23::float8[],
        $24::float8[], $25::float8[], $26::float8[], $27::text[], $28::text[], $29::text[], $30::text[]
    ) AS t (
        id, rule, rule_edition, source_id, vehicle_id, observation_id, track_id, scene_edition, model, legal_order,
        from_at, at, until_at, proof_at, lon, lat, accuracy_m,
        label, confidence, x0, y0, x1, y1,
        measure_value, measure_uncertainty, measure_limit, measure_unit, feature, doubtful_why, verdict_hash
    )
), placed AS (
    SELECT incoming.*, CASE WHEN lon IS NOT NULL AND lat IS NOT NULL THEN ST_SetSRID(ST_MakePoint(lon, lat), 4326) END AS position
    FROM incoming
), leaning AS (
    SELECT placed.*, o.id AS legal_order_id, c.id AS certificate_id
    FROM placed
    LEFT JOIN LATERAL (
        SELECT l.id FROM legal_order l
        WHERE l.id = placed.legal_order AND l.valid_from <= placed.at
          AND (l.valid_to IS NULL OR placed.at < l.valid_to) AND (l.void_from IS NULL OR placed.at < l.void_from)
          AND (l.area IS NULL OR ST_DWithin(l.area::geography, placed.position::geography, coalesce(placed.accuracy_m, 0)))
        FOR SHARE
    ) o ON true
    LEFT JOIN LATERAL (
        SELECT d.id FROM device_certificate d
        WHERE o.id IS NOT NULL AND placed.vehicle_id IS NULL
          AND d.source_id = placed.source_id AND d.valid_from <= placed.at AND placed.at < d.valid_to
        ORDER BY d.valid_from DESC, d.id LIMIT 1
    ) c ON true
)
INSERT INTO violation (
    id, rule, rule_edition, source_id, vehicle_id, observation_id, track_id, scene_edition, model,
    evidence_tier, legal_order_id, certificate_id, from_at, at, until_at, proof_at, position, accuracy_m,
    label, confidence, bbox_px, measure_value, measure_uncertainty, measure_limit, measure_unit, feature, doubtful_why, verdict_hash
)
SELECT
    id, rule, rule_edition, source_id, vehicle_id, observation_id, track_id, scene_edition, model,
    CASE WHEN legal_order_id IS NULL THEN 'C' WHEN certificate_id IS NOT NULL THEN 'A' ELSE 'B' END,
    legal_order_id, certificate_id, from_at, at, until_at,
    ARRAY(SELECT instant::timestamptz FROM jsonb_array_elements_text(proof_at::jsonb) WITH ORDINALITY AS p (instant, place) ORDER BY place),
    position, accuracy_m, label, confidence, ARRAY[x0, y0, x1, y1],
    measure_value, measure_uncertainty, measure_limit, measure_unit, feature, doubtful_why, verdict_hash
FROM leaning
ORDER BY id
ON CONFLICT (id) DO NOTHING
RETURNING id
