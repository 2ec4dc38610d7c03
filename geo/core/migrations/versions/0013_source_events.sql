-- Losses, returns and troubles of video sources; the smaller second stream of a camera, which analysis reads.
CREATE TABLE source_event (
    id uuid NOT NULL,
    source_id text NOT NULL,
    at timestamp with time zone NOT NULL,
    kind text NOT NULL,
    severity text NOT NULL,
    what text,
    text text NOT NULL,
    lasted_s double precision,
    received_at timestamp with time zone NOT NULL DEFAULT now(),
    CONSTRAINT source_event_pkey PRIMARY KEY (id),
    CONSTRAINT source_event_severity_check CHECK (severity IN ('info', 'warning', 'critical'))
);
CREATE INDEX source_event_source_id_at_idx ON source_event (source_id, at);
CREATE INDEX source_event_at_idx ON source_event (at);
ALTER TABLE video_source ADD COLUMN sub_url text;
