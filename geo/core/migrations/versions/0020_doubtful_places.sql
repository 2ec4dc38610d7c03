-- A camera that has moved was noticed some looks later: what it saw since the last good look has a place that may be wrong.
ALTER TABLE observation ADD COLUMN doubtful_why text;
ALTER TABLE source_event ADD COLUMN doubtful_since timestamp with time zone;
CREATE INDEX source_event_doubtful_idx ON source_event (source_id, at) WHERE doubtful_since IS NOT NULL;
