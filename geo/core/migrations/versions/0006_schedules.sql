-- What must be seen again before its data is too old, and the missions proposed for it.
CREATE TABLE schedule (
    id uuid NOT NULL,
    name text NOT NULL,
    target_kind text NOT NULL,
    target_id text,
    area geometry(GEOMETRY, 4326),
    survey jsonb NOT NULL,
    every_days double precision NOT NULL,
    mission_id uuid,
    checked_at timestamp with time zone,
    created_by text NOT NULL,
    created_at timestamp with time zone NOT NULL DEFAULT now(),
    CONSTRAINT schedule_pkey PRIMARY KEY (id),
    CONSTRAINT schedule_name_key UNIQUE (name),
    CONSTRAINT schedule_mission_id_fkey FOREIGN KEY (mission_id) REFERENCES mission (id) ON DELETE SET NULL,
    CONSTRAINT schedule_target_kind_check CHECK (target_kind IN ('fibre_segment', 'cleanup_site', 'polygon'))
);
CREATE INDEX idx_schedule_area ON schedule USING gist (area);
ALTER TABLE mission DROP CONSTRAINT mission_state_check;
ALTER TABLE mission ADD CONSTRAINT mission_state_check
    CHECK (state IN ('proposed', 'draft', 'approved', 'uploaded', 'flying', 'flown', 'failed'));
