-- $1 flight id: what went wrong between take-off and landing, from the vehicle's events. Ids are those of the events: twice is once.
INSERT INTO flight_incident (id, flight_id, at, kind, severity, text)
SELECT e.id, f.id, e.at, CASE WHEN e.kind = 'text' AND e.text ~* 'failsafe' THEN 'failsafe' ELSE e.kind END, e.severity, e.text
FROM flight AS f
JOIN vehicle_event AS e ON e.vehicle_id = f.vehicle_id AND e.at BETWEEN f.started_at AND f.ended_at
WHERE f.id = $1
  AND (e.severity = 'critical' OR (e.severity = 'warning' AND (e.kind = 'link_lost' OR e.text ~* 'failsafe|crash')))
ON CONFLICT (id) DO NOTHING
