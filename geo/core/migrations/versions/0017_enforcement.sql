-- What rules found, and by which right. The tiers of evidence are kept by the database itself: A (a certified device), B (an officer's
-- matter) and C (statistics) differ in what they must hold and in where they may go.
CREATE TABLE legal_order (
    id text NOT NULL,
    authority text NOT NULL,
    number text NOT NULL,
    title_kk text NOT NULL,
    title_ru text NOT NULL,
    title_en text NOT NULL,
    kind text NOT NULL,
    issued_on date NOT NULL,
    valid_from timestamp with time zone NOT NULL,
    valid_to timestamp with time zone,
    document_url text,
    revoked_at timestamp with time zone,
    revoked_by text,
    revoked_why text,
    void_from timestamp with time zone,
    updated_at timestamp with time zone NOT NULL DEFAULT now(),
    area geometry(Geometry, 4326),
    CONSTRAINT legal_order_pkey PRIMARY KEY (id),
    CONSTRAINT legal_order_valid_check CHECK (valid_to IS NULL OR valid_to > valid_from),
    CONSTRAINT legal_order_revoked_check CHECK (num_nonnulls(revoked_at, revoked_by, revoked_why, void_from) IN (0, 4))
);
CREATE INDEX idx_legal_order_area ON legal_order USING gist (area);
CREATE TABLE source_rule (
    source_id text NOT NULL,
    rule text NOT NULL,
    enabled boolean NOT NULL,
    schedule jsonb,
    excluded jsonb,
    suspended_since timestamp with time zone,
    suspended_why text,
    suitability jsonb,
    changed_at timestamp with time zone NOT NULL DEFAULT now(),
    changed_by text NOT NULL,
    CONSTRAINT source_rule_pkey PRIMARY KEY (source_id, rule),
    CONSTRAINT source_rule_source_id_fkey FOREIGN KEY (source_id) REFERENCES video_source (id) ON DELETE CASCADE,
    CONSTRAINT source_rule_suspended_check CHECK (num_nonnulls(suspended_since, suspended_why) IN (0, 2))
);
CREATE TABLE device_certificate (
    id text NOT NULL,
    source_id text NOT NULL,
    type_approval text NOT NULL,
    number text NOT NULL,
    valid_from timestamp with time zone NOT NULL,
    valid_to timestamp with time zone NOT NULL,
    CONSTRAINT device_certificate_pkey PRIMARY KEY (id),
    CONSTRAINT device_certificate_valid_check CHECK (valid_to > valid_from)
);
CREATE INDEX device_certificate_source_id_valid_from_idx ON device_certificate (source_id, valid_from);
CREATE TABLE violation (
    id uuid NOT NULL,
    rule text NOT NULL,
    rule_edition text NOT NULL,
    source_id text NOT NULL,
    vehicle_id text,
    observation_id uuid,
    track_id bigint NOT NULL,
    scene_edition bigint,
    model text NOT NULL,
    evidence_tier char(1) NOT NULL,
    legal_order_id text,
    certificate_id text,
    from_at timestamp with time zone NOT NULL,
    at timestamp with time zone NOT NULL,
    until_at timestamp with time zone NOT NULL,
    proof_at timestamp with time zone[] NOT NULL,
    accuracy_m double precision,
    label text NOT NULL,
    confidence double precision NOT NULL,
    bbox_px double precision[] NOT NULL,
    measure_value double precision,
    measure_uncertainty double precision,
    measure_limit double precision,
    measure_unit text,
    plate jsonb,
    feature text NOT NULL,
    state text NOT NULL DEFAULT 'new',
    doubtful_why text,
    verdict_hash text NOT NULL,
    received_at timestamp with time zone NOT NULL DEFAULT now(),
    updated_at timestamp with time zone NOT NULL DEFAULT now(),
    position geometry(Point, 4326),
    CONSTRAINT violation_pkey PRIMARY KEY (id),
    -- What a hand-over refers to: a case of tier C has no row that may be handed over.
    CONSTRAINT violation_id_evidence_tier_key UNIQUE (id, evidence_tier),
    CONSTRAINT violation_legal_order_id_fkey FOREIGN KEY (legal_order_id) REFERENCES legal_order (id),
    CONSTRAINT violation_certificate_id_fkey FOREIGN KEY (certificate_id) REFERENCES device_certificate (id),
    CONSTRAINT violation_evidence_tier_check CHECK (evidence_tier IN ('A', 'B', 'C')),
    CONSTRAINT violation_tier_needs_order_check CHECK (evidence_tier = 'C' OR legal_order_id IS NOT NULL),
    CONSTRAINT violation_tier_a_needs_certificate_check CHECK (evidence_tier <> 'A' OR certificate_id IS NOT NULL),
    CONSTRAINT violation_no_tier_a_from_vehicles_check CHECK (evidence_tier <> 'A' OR vehicle_id IS NULL),
    CONSTRAINT violation_tier_c_stays_here_check CHECK (state <> 'handed_over' OR evidence_tier <> 'C'),
    CONSTRAINT violation_state_check CHECK (state IN ('new', 'accepted', 'rejected', 'unclear', 'withdrawn', 'handed_over')),
    CONSTRAINT violation_time_grows_check CHECK (from_at <= at AND at <= until_at),
    CONSTRAINT violation_measure_check CHECK (num_nonnulls(measure_value, measure_uncertainty, measure_limit, measure_unit) IN (0, 4))
);
CREATE INDEX violation_at_id_idx ON violation (at, id);
CREATE INDEX violation_source_id_at_idx ON violation (source_id, at);
CREATE INDEX violation_rule_at_idx ON violation (rule, at);
CREATE INDEX violation_state_at_idx ON violation (state, at);
CREATE INDEX violation_legal_order_id_at_idx ON violation (legal_order_id, at) WHERE legal_order_id IS NOT NULL;
CREATE INDEX idx_violation_position ON violation USING gist (position);
ALTER TABLE scene ADD COLUMN made_by text NOT NULL DEFAULT '';
