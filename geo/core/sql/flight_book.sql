-- $1 vehicle or null, $2 pilot or null, $3 which of both names the line. Landed flights alone are counted.
SELECT CASE WHEN $3 = 'vehicle' THEN f.vehicle_id ELSE f.pilot END AS name,
       count(*) AS flights,
       sum(extract(epoch FROM f.ended_at - f.started_at))::float8 AS flown_s,
       coalesce(sum(f.distance_m), 0)::float8 AS distance_m,
       max(f.max_height_m) AS max_height_m,
       coalesce(sum(f.battery_used), 0)::float8 AS battery_cycles,
       coalesce(sum(i.incidents), 0)::bigint AS incidents,
       min(f.started_at) AS first_flight_at,
       max(f.started_at) AS last_flight_at
FROM flight AS f
LEFT JOIN LATERAL (SELECT count(*) AS incidents FROM flight_incident WHERE flight_id = f.id) AS i ON true
WHERE f.airborne AND f.ended_at IS NOT NULL
  AND ($1::text IS NULL OR f.vehicle_id = $1)
  AND ($2::text IS NULL OR f.pilot = $2)
  AND ($3 = 'vehicle' OR f.pilot IS NOT NULL)
GROUP BY 1
ORDER BY flown_s DESC, name
