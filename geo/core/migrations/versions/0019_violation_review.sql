-- Officers' looks and decisions, and the outbox of cases handed over. What may never happen is refused here, whoever asks: a case that no
-- officer accepted is not accepted, one that is not accepted is not handed over, one of tier C has no row to be handed over by.
CREATE TABLE violation_look (
    id uuid NOT NULL,
    violation_id uuid NOT NULL,
    reviewer text NOT NULL,
    seeded boolean NOT NULL,
    shown_at timestamp with time zone NOT NULL,
    deadline_at timestamp with time zone NOT NULL,
    CONSTRAINT violation_look_pkey PRIMARY KEY (id),
    CONSTRAINT violation_look_reviewer_key UNIQUE (reviewer),
    CONSTRAINT violation_look_violation_id_fkey FOREIGN KEY (violation_id) REFERENCES violation (id) ON DELETE CASCADE
);
CREATE INDEX violation_look_violation_id_idx ON violation_look (violation_id);
CREATE TABLE violation_review (
    id uuid NOT NULL,
    violation_id uuid NOT NULL,
    reviewer text NOT NULL,
    decision text NOT NULL,
    reason text NOT NULL DEFAULT '',
    note text NOT NULL DEFAULT '',
    seconds_spent double precision NOT NULL,
    blind boolean NOT NULL,
    seeded boolean NOT NULL,
    at timestamp with time zone NOT NULL,
    CONSTRAINT violation_review_pkey PRIMARY KEY (id),
    CONSTRAINT violation_review_violation_id_reviewer_key UNIQUE (violation_id, reviewer),
    CONSTRAINT violation_review_violation_id_fkey FOREIGN KEY (violation_id) REFERENCES violation (id) ON DELETE CASCADE,
    CONSTRAINT violation_review_decision_check CHECK (decision IN ('accept', 'reject', 'unclear')),
    CONSTRAINT violation_review_rejection_has_a_reason_check CHECK (decision <> 'reject' OR reason <> ''),
    CONSTRAINT violation_review_seconds_check CHECK (seconds_spent >= 0)
);
CREATE INDEX violation_review_at_idx ON violation_review (at);
CREATE TABLE violation_known_bad (
    violation_id uuid NOT NULL,
    why text NOT NULL,
    marked_by text NOT NULL,
    marked_at timestamp with time zone NOT NULL DEFAULT now(),
    CONSTRAINT violation_known_bad_pkey PRIMARY KEY (violation_id),
    CONSTRAINT violation_known_bad_violation_id_fkey FOREIGN KEY (violation_id) REFERENCES violation (id) ON DELETE CASCADE
);
CREATE TABLE violation_handover (
    id uuid NOT NULL,
    violation_id uuid NOT NULL,
    evidence_tier char(1) NOT NULL,
    kind text NOT NULL DEFAULT 'case',
    target text NOT NULL,
    state text NOT NULL DEFAULT 'waiting',
    tries bigint NOT NULL DEFAULT 0,
    next_try_at timestamp with time zone,
    deadline_at timestamp with time zone NOT NULL,
    trouble text NOT NULL DEFAULT '',
    receipt jsonb,
    asked_by text NOT NULL,
    at timestamp with time zone NOT NULL DEFAULT now(),
    done_at timestamp with time zone,
    CONSTRAINT violation_handover_pkey PRIMARY KEY (id),
    CONSTRAINT violation_handover_violation_id_target_kind_key UNIQUE (violation_id, target, kind),
    CONSTRAINT violation_handover_violation_id_fkey FOREIGN KEY (violation_id, evidence_tier) REFERENCES violation (id, evidence_tier),
    CONSTRAINT violation_handover_tier_c_stays_here_check CHECK (evidence_tier IN ('A', 'B')),
    CONSTRAINT violation_handover_kind_check CHECK (kind IN ('case', 'withdrawal')),
    CONSTRAINT violation_handover_state_check CHECK (state IN ('waiting', 'delivered', 'refused', 'expired', 'cancelled')),
    CONSTRAINT violation_handover_waits_check CHECK ((state = 'waiting') = (next_try_at IS NOT NULL)),
    CONSTRAINT violation_handover_receipt_check CHECK (state <> 'delivered' OR receipt IS NOT NULL)
);
CREATE INDEX violation_handover_next_try_at_idx ON violation_handover (next_try_at) WHERE state = 'waiting';
CREATE INDEX violation_handover_at_id_idx ON violation_handover (at, id);

CREATE FUNCTION violation_state_is_earned() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.state = 'accepted' AND NOT EXISTS (
        SELECT FROM violation_review WHERE violation_id = NEW.id AND decision = 'accept' AND NOT seeded
    ) THEN
        RAISE EXCEPTION 'no officer has accepted violation %', NEW.id USING ERRCODE = 'check_violation';
    END IF;
    IF NEW.state = 'handed_over' AND (OLD.state <> 'accepted' OR NOT EXISTS (
        SELECT FROM violation_handover WHERE violation_id = NEW.id AND kind = 'case' AND state = 'delivered'
    )) THEN
        RAISE EXCEPTION 'violation % was not delivered to anybody', NEW.id USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER violation_state_is_earned BEFORE UPDATE OF state ON violation
    FOR EACH ROW WHEN (NEW.state IS DISTINCT FROM OLD.state) EXECUTE FUNCTION violation_state_is_earned();

CREATE FUNCTION violation_handover_is_due() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    found text;
BEGIN
    SELECT state INTO found FROM violation WHERE id = NEW.violation_id FOR SHARE;
    IF NEW.kind = 'case' AND found <> 'accepted' THEN
        RAISE EXCEPTION 'violation % is %, not accepted', NEW.violation_id, found USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER violation_handover_is_due BEFORE INSERT ON violation_handover
    FOR EACH ROW EXECUTE FUNCTION violation_handover_is_due();
