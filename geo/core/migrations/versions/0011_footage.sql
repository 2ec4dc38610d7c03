-- Recorded video: segments by time, why some are kept longer, receipts of what was deleted, clips cut from them.
CREATE TABLE footage_segment (
    id uuid NOT NULL,
    source_id text NOT NULL,
    vehicle_id text,
    started_at timestamp with time zone NOT NULL,
    ended_at timestamp with time zone,
    path text NOT NULL,
    size_bytes bigint NOT NULL,
    codec text NOT NULL,
    width_px bigint NOT NULL,
    height_px bigint NOT NULL,
    clock text NOT NULL,
    sha256 text,
    view geometry(Polygon, 4326),
    CONSTRAINT footage_segment_pkey PRIMARY KEY (id),
    CONSTRAINT footage_segment_path_key UNIQUE (path),
    CONSTRAINT footage_segment_clock_check CHECK (clock IN ('stamped', 'arrival'))
);
CREATE INDEX footage_segment_source_id_started_at_idx ON footage_segment (source_id, started_at);
CREATE INDEX footage_segment_started_at_idx ON footage_segment (started_at);
CREATE INDEX idx_footage_segment_view ON footage_segment USING gist (view);
CREATE TABLE footage_keep (
    segment_id uuid NOT NULL,
    reason text NOT NULL,
    subject text NOT NULL,
    until timestamp with time zone NOT NULL,
    detail jsonb NOT NULL,
    made_by text NOT NULL,
    made_at timestamp with time zone NOT NULL DEFAULT now(),
    CONSTRAINT footage_keep_pkey PRIMARY KEY (segment_id, reason, subject),
    CONSTRAINT footage_keep_segment_id_fkey FOREIGN KEY (segment_id) REFERENCES footage_segment (id) ON DELETE CASCADE,
    CONSTRAINT footage_keep_reason_check CHECK (reason IN ('finding', 'observation', 'event', 'person'))
);
CREATE TABLE footage_receipt (
    id uuid NOT NULL,
    at timestamp with time zone NOT NULL,
    source_id text NOT NULL,
    started_at timestamp with time zone NOT NULL,
    ended_at timestamp with time zone NOT NULL,
    segments bigint NOT NULL,
    size_bytes bigint NOT NULL,
    reason text NOT NULL,
    digest text NOT NULL,
    detail jsonb NOT NULL,
    CONSTRAINT footage_receipt_pkey PRIMARY KEY (id),
    CONSTRAINT footage_receipt_reason_check CHECK (reason IN ('age', 'budget', 'missing'))
);
CREATE INDEX footage_receipt_at_idx ON footage_receipt (at);
CREATE TABLE footage_policy (
    source_id text NOT NULL,
    enabled boolean,
    days double precision,
    changed_by text NOT NULL,
    changed_at timestamp with time zone NOT NULL DEFAULT now(),
    CONSTRAINT footage_policy_pkey PRIMARY KEY (source_id)
);
CREATE TABLE footage_export (
    id uuid NOT NULL,
    source_id text NOT NULL,
    started_at timestamp with time zone NOT NULL,
    ended_at timestamp with time zone NOT NULL,
    original boolean NOT NULL,
    reason text NOT NULL,
    state text NOT NULL,
    progress double precision NOT NULL DEFAULT 0,
    asked_by text NOT NULL,
    asked_at timestamp with time zone NOT NULL DEFAULT now(),
    finished_at timestamp with time zone,
    path text,
    size_bytes bigint,
    sha256 text,
    failure text NOT NULL DEFAULT '',
    detail jsonb,
    CONSTRAINT footage_export_pkey PRIMARY KEY (id),
    CONSTRAINT footage_export_state_check CHECK (state IN ('queued', 'running', 'done', 'failed', 'cancelled', 'deleted'))
);
CREATE INDEX footage_export_asked_at_idx ON footage_export (asked_at);
