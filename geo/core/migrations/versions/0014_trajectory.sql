-- The way of a tracked thing over the ground: a line whose measure is Unix time in seconds, growing from point to point.
ALTER TABLE observation
    ADD COLUMN trajectory geometry(LineStringM, 4326),
    ADD CONSTRAINT trajectory_time_grows CHECK (trajectory IS NULL OR ST_IsValidTrajectory(trajectory));
CREATE INDEX idx_observation_trajectory ON observation USING gist (trajectory);
