-- The observation that stands for this one: another camera of the same vehicle saw the same thing and placed it better.
ALTER TABLE observation ADD COLUMN same_as uuid;
CREATE INDEX observation_vehicle_id_started_at_idx ON observation (vehicle_id, started_at) WHERE vehicle_id IS NOT NULL;
