-- Missions being carried out: one slot for each mission of a run, and the photographs taken for it, whatever vehicle took them.
CREATE TABLE mission_run (
    id uuid NOT NULL,
    name text NOT NULL,
    least_battery double precision NOT NULL,
    kept_by uuid,
    kept_until timestamp with time zone,
    created_by text NOT NULL,
    created_at timestamp with time zone NOT NULL DEFAULT now(),
    ended_at timestamp with time zone,
    CONSTRAINT mission_run_pkey PRIMARY KEY (id)
);
CREATE INDEX mission_run_ended_at_idx ON mission_run (ended_at);
CREATE TABLE mission_run_slot (
    run_id uuid NOT NULL,
    number bigint NOT NULL,
    mission_id uuid NOT NULL,
    vehicle_ids text[] NOT NULL,
    state text NOT NULL,
    reason text,
    vehicle_id text,
    flying_id uuid,
    command_id uuid,
    sortie bigint NOT NULL,
    share double precision,
    traced_at timestamp with time zone,
    revision bigint NOT NULL,
    changed_at timestamp with time zone NOT NULL DEFAULT now(),
    CONSTRAINT mission_run_slot_pkey PRIMARY KEY (run_id, number),
    CONSTRAINT mission_run_slot_run_id_fkey FOREIGN KEY (run_id) REFERENCES mission_run (id) ON DELETE CASCADE,
    CONSTRAINT mission_run_slot_mission_id_fkey FOREIGN KEY (mission_id) REFERENCES mission (id) ON DELETE CASCADE,
    CONSTRAINT mission_run_slot_state_check CHECK (
        state IN ('waiting_for_drone', 'uploading', 'ready', 'flying', 'paused', 'handing_over', 'finished', 'aborted')
    )
);
CREATE INDEX mission_run_slot_mission_id_idx ON mission_run_slot (mission_id);
CREATE TABLE mission_run_shot (
    run_id uuid NOT NULL,
    slot bigint NOT NULL,
    sortie bigint NOT NULL,
    source text NOT NULL,
    at timestamp with time zone NOT NULL,
    number bigint NOT NULL,
    lon_deg double precision NOT NULL,
    lat_deg double precision NOT NULL,
    height_m double precision NOT NULL,
    heading_deg double precision NOT NULL,
    pitch_deg double precision NOT NULL,
    CONSTRAINT mission_run_shot_pkey PRIMARY KEY (run_id, slot, sortie, source, number),
    CONSTRAINT mission_run_shot_run_id_fkey FOREIGN KEY (run_id, slot) REFERENCES mission_run_slot (run_id, number) ON DELETE CASCADE,
    CONSTRAINT mission_run_shot_source_check CHECK (source IN ('photos', 'track'))
);
