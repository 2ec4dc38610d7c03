-- $1 flight id, $2 instant of landing. One point is no line: path and length stay null then.
WITH points AS (
    SELECT t.at, t.position, t.altitude_above_home_m, t.battery_fraction
    FROM flight AS f
    JOIN track AS t ON t.vehicle_id = f.vehicle_id AND t.at BETWEEN f.started_at AND $2
    WHERE f.id = $1
), flown AS (
    SELECT ST_MakeLine(position ORDER BY at) AS path FROM points HAVING count(*) > 1
), charge AS (
    SELECT (array_agg(battery_fraction ORDER BY at) FILTER (WHERE battery_fraction IS NOT NULL))[1] AS first,
           (array_agg(battery_fraction ORDER BY at DESC) FILTER (WHERE battery_fraction IS NOT NULL))[1] AS last
    FROM points
)
UPDATE flight AS f
SET ended_at = $2,
    path = (SELECT path FROM flown),
    -- 0.00001 degrees are about a metre: nothing a map shows is lost.
    outline = (SELECT ST_Force2D(ST_Simplify(path, 0.00001, true)) FROM flown),
    distance_m = (SELECT ST_Length(path::geography) FROM flown),
    max_height_m = (SELECT max(altitude_above_home_m) FROM points),
    battery_used = (SELECT greatest(0, first - last) FROM charge),
    -- Nobody held the control lease at take-off: then whoever commanded it last, shortly before or during the flight.
    pilot = coalesce(f.pilot, (
        SELECT c.requested_by FROM command AS c
        WHERE c.vehicle_id = f.vehicle_id AND c.first_at BETWEEN f.started_at - interval '5 minutes' AND $2
        ORDER BY (c.command IN ('takeoff', 'start_mission', 'arm')) DESC, c.first_at
        LIMIT 1
    ))
WHERE f.id = $1 AND f.ended_at IS NULL
