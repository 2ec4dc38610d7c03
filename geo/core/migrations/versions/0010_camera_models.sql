-- What a camera sees and how fast it follows, under an id: members as the room of missions reads them.
CREATE TABLE camera_model (
    id text NOT NULL,
    members jsonb NOT NULL,
    created_by text NOT NULL,
    created_at timestamp with time zone NOT NULL DEFAULT now(),
    updated_at timestamp with time zone NOT NULL DEFAULT now(),
    CONSTRAINT camera_model_pkey PRIMARY KEY (id)
);
