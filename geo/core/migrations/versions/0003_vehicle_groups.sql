-- Named groups of vehicles. Members are ids of vehicles, also of such as have not been heard yet.
CREATE TABLE vehicle_group (
    id uuid NOT NULL,
    name text NOT NULL,
    vehicle_ids jsonb NOT NULL,
    created_by text NOT NULL,
    created_at timestamp with time zone NOT NULL DEFAULT now(),
    CONSTRAINT vehicle_group_pkey PRIMARY KEY (id),
    CONSTRAINT vehicle_group_name_key UNIQUE (name)
);
