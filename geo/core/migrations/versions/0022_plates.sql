-- Plates that were read. Nothing but a case or a wanted list keeps one for more than 72 hours: refused here, whoever asks.
CREATE TABLE plate_watch (
    id uuid NOT NULL,
    text text NOT NULL,
    kind text NOT NULL,
    reason text NOT NULL,
    owner text NOT NULL,
    expires_at timestamp with time zone NOT NULL,
    made_at timestamp with time zone NOT NULL DEFAULT now(),
    CONSTRAINT plate_watch_pkey PRIMARY KEY (id),
    CONSTRAINT plate_watch_kind_check CHECK (kind IN ('wanted', 'permitted')),
    CONSTRAINT plate_watch_reason_check CHECK (reason <> '')
);
CREATE INDEX plate_watch_text_idx ON plate_watch (text);
CREATE TABLE plate_read (
    id uuid NOT NULL,
    source_id text NOT NULL,
    track_id bigint NOT NULL,
    at timestamp with time zone NOT NULL,
    text text NOT NULL,
    grammar text,
    label text NOT NULL,
    posterior jsonb NOT NULL,
    votes bigint NOT NULL,
    accuracy_m double precision,
    observation_id uuid,
    violation_id uuid,
    watch_id uuid,
    expires_at timestamp with time zone NOT NULL,
    position geometry(POINT, 4326),
    CONSTRAINT plate_read_pkey PRIMARY KEY (id),
    CONSTRAINT plate_read_violation_id_fkey FOREIGN KEY (violation_id) REFERENCES violation (id),
    CONSTRAINT plate_read_watch_id_fkey FOREIGN KEY (watch_id) REFERENCES plate_watch (id),
    CONSTRAINT plate_read_seventy_two_hours_check
        CHECK (violation_id IS NOT NULL OR watch_id IS NOT NULL OR expires_at <= at + interval '72 hours')
);
CREATE INDEX plate_read_text_at_idx ON plate_read (text, at);
CREATE INDEX plate_read_at_idx ON plate_read (at);
CREATE INDEX plate_read_expires_at_idx ON plate_read (expires_at);
CREATE INDEX plate_read_observation_id_idx ON plate_read (observation_id);
CREATE INDEX idx_plate_read_position ON plate_read USING gist (position);
CREATE TABLE plate_receipt (
    id uuid NOT NULL,
    at timestamp with time zone NOT NULL,
    count bigint NOT NULL,
    before timestamp with time zone NOT NULL,
    by_source jsonb NOT NULL,
    CONSTRAINT plate_receipt_pkey PRIMARY KEY (id),
    CONSTRAINT plate_receipt_count_check CHECK (count > 0)
);
CREATE INDEX plate_receipt_at_idx ON plate_receipt (at);
