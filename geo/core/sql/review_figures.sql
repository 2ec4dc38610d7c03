-- What officers made of each rule's cases since $1. Withdrawn cases say nothing of a rule; cases known to be none count only as found or not.
WITH cases AS (
    SELECT rule,
        count(*) FILTER (WHERE state IN ('accepted', 'handed_over')) AS accepted,
        count(*) FILTER (WHERE state = 'rejected') AS rejected,
        count(*) FILTER (WHERE state = 'unclear') AS unclear,
        count(*) FILTER (WHERE state = 'new') AS waiting,
        min(at) FILTER (WHERE state = 'new') AS oldest_at
    FROM violation WHERE received_at >= $1 GROUP BY rule
), looks AS (
    SELECT v.rule, r.violation_id, r.decision, r.reason, r.seconds_spent, r.seeded,
        row_number() OVER (PARTITION BY r.violation_id, r.seeded ORDER BY r.at, r.id) AS number
    FROM violation_review r JOIN violation v ON v.id = r.violation_id WHERE v.received_at >= $1
), pairs AS (
    SELECT first.rule, count(*) AS doubles, count(*) FILTER (WHERE first.decision <> second.decision) AS disagreed
    FROM looks first JOIN looks second ON second.violation_id = first.violation_id AND second.number = 2 AND NOT second.seeded
    WHERE first.number = 1 AND NOT first.seeded GROUP BY first.rule
), single AS (
    SELECT rule, count(*) FILTER (WHERE NOT seeded) AS looks,
        percentile_cont(0.5) WITHIN GROUP (ORDER BY seconds_spent) AS median_seconds,
        count(*) FILTER (WHERE seeded) AS known_bad_shown,
        count(*) FILTER (WHERE seeded AND decision = 'reject') AS known_bad_found
    FROM looks GROUP BY rule
), reasons AS (
    SELECT rule, jsonb_object_agg(reason, times) AS reasons
    FROM (SELECT rule, reason, count(*) AS times FROM looks WHERE decision = 'reject' AND NOT seeded GROUP BY rule, reason) AS counted
    GROUP BY rule
)
SELECT cases.rule, accepted, rejected, unclear, waiting, oldest_at, coalesce(looks, 0) AS looks, median_seconds,
    coalesce(doubles, 0) AS doubles, coalesce(disagreed, 0) AS disagreed,
    coalesce(known_bad_shown, 0) AS known_bad_shown, coalesce(known_bad_found, 0) AS known_bad_found,
    coalesce(reasons, '{}'::jsonb) AS reasons
FROM cases LEFT JOIN single USING (rule) LEFT JOIN pairs USING (rule) LEFT JOIN reasons USING (rule)
ORDER BY cases.rule
