-- What two cameras of one vehicle saw of the same thing, the downlink on the ground and the computer on board: the better placed of the two
-- stands for both. Each must be the other's nearest, so that in a row of parked cars neighbours are not taken for one.
WITH fresh AS (
    SELECT id, vehicle_id, source_id, kind, label, started_at, ended_at, position, accuracy_m, coalesce(speed_mps, 0) AS speed_mps
    FROM observation
    WHERE id = ANY($1::uuid[]) AND vehicle_id IS NOT NULL AND position IS NOT NULL AND accuracy_m IS NOT NULL
), pairs AS (
    SELECT f.id, f.accuracy_m, other.id AS other_id, other.accuracy_m AS other_accuracy_m
    FROM fresh f
    CROSS JOIN LATERAL (
        SELECT o.id, o.accuracy_m, o.position, o.source_id, o.started_at FROM observation o
        WHERE o.vehicle_id = f.vehicle_id AND o.source_id <> f.source_id AND o.label = f.label AND o.kind = f.kind
          AND o.started_at BETWEEN f.started_at - interval '1 hour' AND f.ended_at + interval '1 second'
          AND o.ended_at >= f.started_at - interval '1 second'
          -- A thing that moves is placed where it was at one of its frames, which need not be the same for both.
          AND ST_DWithin(
              o.position::geography, f.position::geography,
              sqrt(o.accuracy_m ^ 2 + f.accuracy_m ^ 2)
              + f.speed_mps * extract(epoch FROM greatest(o.ended_at, f.ended_at) - least(o.started_at, f.started_at))
          )
        ORDER BY o.position <-> f.position, o.id LIMIT 1
    ) other
    WHERE NOT EXISTS (
        SELECT FROM observation n
        WHERE n.vehicle_id = f.vehicle_id AND n.source_id = f.source_id AND n.id <> f.id AND n.label = f.label AND n.kind = f.kind
          AND n.started_at BETWEEN f.started_at - interval '1 hour' AND f.ended_at + interval '1 second'
          AND n.ended_at >= other.started_at - interval '1 second'
          AND n.position <-> other.position < f.position <-> other.position
    )
), verdicts AS (
    SELECT id AS seen_id, CASE WHEN (accuracy_m, id) <= (other_accuracy_m, other_id) THEN NULL ELSE other_id END AS stands FROM pairs
    UNION ALL
    SELECT other_id, CASE WHEN (accuracy_m, id) <= (other_accuracy_m, other_id) THEN id END FROM pairs
)
UPDATE observation o SET same_as = v.stands
FROM verdicts v
WHERE o.id = v.seen_id AND o.same_as IS DISTINCT FROM v.stands
