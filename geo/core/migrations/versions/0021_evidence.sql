-- Evidence packages and the days they are sealed under. What was signed for is not changed afterwards, whoever asks.
CREATE TABLE evidence_package (
    id uuid NOT NULL,
    violation_id uuid NOT NULL,
    kind text NOT NULL,
    reason text NOT NULL,
    path text NOT NULL,
    size_bytes bigint NOT NULL,
    sha256 text NOT NULL,
    manifest_sha256 text NOT NULL,
    day date NOT NULL,
    leaf bigint NOT NULL,
    made_at timestamp with time zone NOT NULL,
    made_by text NOT NULL,
    CONSTRAINT evidence_package_pkey PRIMARY KEY (id),
    CONSTRAINT evidence_package_day_leaf_key UNIQUE (day, leaf),
    CONSTRAINT evidence_package_manifest_sha256_key UNIQUE (manifest_sha256),
    CONSTRAINT evidence_package_violation_id_fkey FOREIGN KEY (violation_id) REFERENCES violation (id),
    CONSTRAINT evidence_package_kind_check CHECK (kind IN ('hidden', 'original')),
    CONSTRAINT evidence_package_original_has_a_reason_check CHECK (kind <> 'original' OR reason <> ''),
    CONSTRAINT evidence_package_leaf_check CHECK (leaf >= 0)
);
CREATE INDEX evidence_package_violation_id_idx ON evidence_package (violation_id);
CREATE TABLE evidence_day (
    day date NOT NULL,
    packages bigint NOT NULL,
    merkle_root text NOT NULL,
    previous_day date,
    previous_root text,
    key_id text NOT NULL,
    stamped boolean NOT NULL,
    document bytea NOT NULL,
    sealed_at timestamp with time zone NOT NULL,
    CONSTRAINT evidence_day_pkey PRIMARY KEY (day),
    CONSTRAINT evidence_day_chained_check CHECK (num_nonnulls(previous_day, previous_root) IN (0, 2))
);
CREATE FUNCTION evidence_is_kept() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'what is in % was signed for and stays as it is', TG_TABLE_NAME USING ERRCODE = 'integrity_constraint_violation';
END $$;
CREATE TRIGGER evidence_package_is_kept BEFORE UPDATE OR DELETE ON evidence_package FOR EACH ROW EXECUTE FUNCTION evidence_is_kept();
CREATE TRIGGER evidence_day_is_kept BEFORE UPDATE OR DELETE ON evidence_day FOR EACH ROW EXECUTE FUNCTION evidence_is_kept();
