-- $1 flight id, $2 instant of landing. One point is no line: path and length stay null then.
WITH flown AS (
    SELECT ST_MakeLine(t.position ORDER BY t.at) AS path
    FROM flight AS f
    JOIN track AS t ON t.vehicle_id = f.vehicle_id AND t.at BETWEEN f.started_at AND $2
    WHERE f.id = $1
    HAVING count(*) > 1
)
UPDATE flight
SET ended_at = $2,
    path = (SELECT path FROM flown),
    distance_m = (SELECT ST_Length(path::geography) FROM flown)
WHERE id = $1 AND ended_at IS NULL
