ALTER TABLE flight ADD COLUMN pilot TEXT;
ALTER TABLE flight ADD COLUMN source TEXT DEFAULT 'live' NOT NULL;
ALTER TABLE flight ADD COLUMN airborne BOOLEAN DEFAULT true NOT NULL;
ALTER TABLE flight ADD COLUMN max_height_m DOUBLE PRECISION;
ALTER TABLE flight ADD COLUMN battery_used DOUBLE PRECISION;
ALTER TABLE flight ADD COLUMN outline geometry(LINESTRING,4326);
ALTER TABLE flight ADD CONSTRAINT flight_source_check CHECK (source IN ('live', 'tlog', 'dataflash', 'ulog', 'dji_srt'));
CREATE INDEX idx_flight_outline ON flight USING gist (outline);
CREATE INDEX flight_started_at_id_idx ON flight (started_at, id);
CREATE INDEX flight_pilot_started_at_idx ON flight (pilot, started_at);

CREATE TABLE flight_incident (
    id UUID NOT NULL,
    flight_id UUID NOT NULL,
    at TIMESTAMP WITH TIME ZONE NOT NULL,
    kind TEXT NOT NULL,
    severity TEXT NOT NULL,
    text TEXT NOT NULL,
    CONSTRAINT flight_incident_pkey PRIMARY KEY (id),
    CONSTRAINT flight_incident_flight_id_fkey FOREIGN KEY (flight_id) REFERENCES flight (id) ON DELETE CASCADE,
    CONSTRAINT flight_incident_severity_check CHECK (severity IN ('warning', 'critical'))
);
CREATE INDEX flight_incident_flight_id_at_idx ON flight_incident (flight_id, at);

CREATE TABLE flight_file (
    id UUID NOT NULL,
    vehicle_id TEXT NOT NULL,
    format TEXT NOT NULL,
    path TEXT NOT NULL,
    name TEXT NOT NULL,
    size_bytes BIGINT NOT NULL,
    sha256 TEXT,
    started_at TIMESTAMP WITH TIME ZONE NOT NULL,
    ended_at TIMESTAMP WITH TIME ZONE,
    recorded BOOLEAN NOT NULL,
    kept_by TEXT,
    deleted_at TIMESTAMP WITH TIME ZONE,
    CONSTRAINT flight_file_pkey PRIMARY KEY (id)
);
CREATE INDEX flight_file_vehicle_id_started_at_idx ON flight_file (vehicle_id, started_at);

CREATE TABLE flight_timeline (
    flight_id UUID NOT NULL,
    timeline JSONB NOT NULL,
    made_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    CONSTRAINT flight_timeline_pkey PRIMARY KEY (flight_id),
    CONSTRAINT flight_timeline_flight_id_fkey FOREIGN KEY (flight_id) REFERENCES flight (id) ON DELETE CASCADE
);
