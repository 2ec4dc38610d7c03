-- Boxes that vehicles stand in: where they are, how they are reached and in which weather they open.
CREATE TABLE dock (
    id uuid NOT NULL,
    name text NOT NULL,
    device text NOT NULL,
    vehicle_id text,
    position geometry(POINT, 4326) NOT NULL,
    wind_limit_mps double precision NOT NULL,
    rain_limit_mm_h double precision NOT NULL,
    created_by text NOT NULL,
    created_at timestamp with time zone NOT NULL DEFAULT now(),
    CONSTRAINT dock_pkey PRIMARY KEY (id),
    CONSTRAINT dock_name_key UNIQUE (name)
);
CREATE INDEX idx_dock_position ON dock USING gist (position);
