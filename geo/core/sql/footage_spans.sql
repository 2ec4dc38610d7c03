-- Footage without holes, newest first: by time, source, ground seen and what was seen. One row a span.
-- $1 and $2 the interval, $3 source, $4 area as GeoJSON, $5 label, $6 seconds that are no hole, $7 started before (next page), $8 limit.
WITH area AS (
    SELECT CASE WHEN $4::jsonb IS NULL THEN NULL ELSE ST_SetSRID(ST_GeomFromGeoJSON($4::jsonb), 4326) END AS shape
), found AS (
    SELECT s.* FROM footage_segment s, area
    WHERE s.ended_at > $1 AND s.started_at < $2 AND s.started_at > $1::timestamptz - interval '1 day'
        AND ($3::text IS NULL OR s.source_id = $3)
        AND (area.shape IS NULL OR (s.view && area.shape AND ST_Intersects(s.view, area.shape)))
        AND ($5::text IS NULL OR EXISTS (
            SELECT 1 FROM observation o
            WHERE o.source_id = s.source_id AND o.label = $5
                AND o.started_at BETWEEN s.started_at - interval '1 day' AND s.ended_at AND o.ended_at >= s.started_at
                -- What was seen elsewhere in the same picture does not count; what has no place may have been there.
                AND (area.shape IS NULL OR o.position IS NULL OR ST_Intersects(o.position, area.shape))
        ))
), numbered AS (
    SELECT found.*, sum(hole) OVER (PARTITION BY source_id ORDER BY started_at) AS span
    FROM (
        SELECT found.*, CASE
            WHEN started_at <= lag(ended_at) OVER (PARTITION BY source_id ORDER BY started_at) + make_interval(secs => $6) THEN 0 ELSE 1
        END AS hole FROM found
    ) found
), spans AS (
    SELECT
        source_id, min(started_at) AS started_at, max(ended_at) AS ended_at, count(*) AS segments, sum(size_bytes)::bigint AS size_bytes,
        ST_Union(view) AS view, array_agg(id) AS ids
    FROM numbered GROUP BY source_id, span
), page AS (
    SELECT * FROM spans WHERE $7::timestamptz IS NULL OR started_at < $7 ORDER BY started_at DESC, source_id LIMIT $8
)
SELECT
    page.source_id, page.started_at, page.ended_at, page.segments, page.size_bytes,
    ST_AsGeoJSON(ST_ConvexHull(page.view))::jsonb AS view,
    (SELECT coalesce(array_agg(DISTINCT k.reason ORDER BY k.reason), '{}') FROM footage_keep k
        WHERE k.segment_id = ANY (page.ids) AND k.until > now()) AS kept,
    (SELECT coalesce(jsonb_object_agg(label, n), '{}'::jsonb) FROM (
        SELECT o.label, count(*) AS n FROM observation o
        WHERE o.source_id = page.source_id AND o.started_at BETWEEN page.started_at - interval '1 day' AND page.ended_at
            AND o.ended_at >= page.started_at
        GROUP BY o.label
    ) seen) AS labels
FROM page ORDER BY page.started_at DESC, page.source_id
