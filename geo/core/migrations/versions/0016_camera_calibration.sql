-- How the picture of a fixed camera lies on the ground, as it was fitted at one time. The newest is in force (video_source.calibration);
-- `still` (JPEG) is what the camera is registered against to notice that it has moved.
CREATE TABLE camera_calibration (
    id uuid NOT NULL,
    source_id text NOT NULL,
    made_at timestamp with time zone NOT NULL DEFAULT now(),
    made_by text NOT NULL,
    calibration jsonb NOT NULL,
    kind text NOT NULL,
    residual_px double precision NOT NULL,
    left_out_m double precision,
    note text NOT NULL DEFAULT '',
    still bytea,
    CONSTRAINT camera_calibration_pkey PRIMARY KEY (id),
    CONSTRAINT camera_calibration_source_id_fkey FOREIGN KEY (source_id) REFERENCES video_source (id) ON DELETE CASCADE
);
CREATE INDEX camera_calibration_source_id_made_at_idx ON camera_calibration (source_id, made_at);
