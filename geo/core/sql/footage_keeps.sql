-- Why segments are kept longer: what was seen around them, and what befell the vehicle that carried the camera.
-- $1 segments, $2 and $3 seconds before and after, $4 days for findings, $5 days for plain observations.
WITH segment AS (
    SELECT id, source_id, vehicle_id, started_at, ended_at FROM footage_segment WHERE id = ANY ($1::uuid[]) AND ended_at IS NOT NULL
), cause AS (
    SELECT
        segment.id, segment.ended_at, o.id AS cause_id,
        CASE WHEN o.kind = 'track' AND o.rule IS NULL THEN 'observation' ELSE 'finding' END AS reason,
        CASE WHEN o.kind = 'track' AND o.rule IS NULL THEN o.label ELSE coalesce(o.rule, o.kind) END AS subject
    FROM segment JOIN observation o
        ON o.source_id = segment.source_id
        -- A day bounds the search: no track lasts longer, and the index leads with the start.
        AND o.started_at BETWEEN segment.started_at - interval '1 day' AND segment.ended_at + make_interval(secs => $2)
        AND o.ended_at >= segment.started_at - make_interval(secs => $3)
    UNION ALL
    SELECT segment.id, segment.ended_at, v.id, 'finding', v.rule
    FROM segment JOIN violation v
        ON v.source_id = segment.source_id
        -- A case is proved by stills from its beginning to its end; none lasts longer than a day.
        AND v.at BETWEEN segment.started_at - interval '1 day' AND segment.ended_at + interval '1 day'
        AND v.from_at <= segment.ended_at + make_interval(secs => $2) AND v.until_at >= segment.started_at - make_interval(secs => $3)
    UNION ALL
    SELECT segment.id, segment.ended_at, e.id, 'event', e.kind
    FROM segment JOIN vehicle_event e
        ON e.vehicle_id = segment.vehicle_id AND e.severity <> 'info'
        AND e.at BETWEEN segment.started_at - make_interval(secs => $3) AND segment.ended_at + make_interval(secs => $2)
)
INSERT INTO footage_keep AS k (segment_id, reason, subject, until, detail, made_by)
SELECT
    id, reason, subject,
    max(ended_at) + make_interval(secs => 86400 * CASE WHEN reason = 'observation' THEN $5::float8 ELSE $4::float8 END),
    jsonb_build_object('count', count(*), 'ids', to_jsonb((array_agg(cause_id ORDER BY cause_id))[1:5])),
    'retention'
FROM cause
GROUP BY id, reason, subject
ON CONFLICT (segment_id, reason, subject) DO UPDATE SET until = greatest(k.until, excluded.until), detail = excluded.detail
WHERE k.until < excluded.until OR k.detail <> excluded.detail
