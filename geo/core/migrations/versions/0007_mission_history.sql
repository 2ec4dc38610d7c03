-- What a person asked for may be any pattern, not only a survey.
ALTER TABLE mission RENAME COLUMN survey TO request;
ALTER TABLE mission ADD COLUMN group_id uuid;
ALTER TABLE mission ADD COLUMN proposal jsonb;
CREATE INDEX mission_group_id_idx ON mission (group_id);

-- A revision is everything the mission was, so that it can be shown, compared and taken up again.
ALTER TABLE mission_revision RENAME COLUMN survey TO request;
ALTER TABLE mission_revision ADD COLUMN name text NOT NULL DEFAULT '';
ALTER TABLE mission_revision ADD COLUMN statistics jsonb NOT NULL DEFAULT '{}';
ALTER TABLE mission_revision ADD COLUMN findings jsonb NOT NULL DEFAULT '[]';
ALTER TABLE mission_revision ADD COLUMN area jsonb;
ALTER TABLE mission_revision ADD COLUMN path jsonb;
ALTER TABLE mission_revision ADD COLUMN note text;
UPDATE mission_revision SET name = coalesce(plan ->> 'name', '');
UPDATE mission_revision r
    SET name = m.name, statistics = m.statistics, findings = m.findings,
        area = ST_AsGeoJSON(m.area, 8)::jsonb, path = ST_AsGeoJSON(m.path, 8)::jsonb
    FROM mission m WHERE m.id = r.mission_id AND m.revision = r.revision;
ALTER TABLE mission_revision ALTER COLUMN name DROP DEFAULT;
ALTER TABLE mission_revision ALTER COLUMN statistics DROP DEFAULT;
ALTER TABLE mission_revision ALTER COLUMN findings DROP DEFAULT;

-- How a thing is flown, under a name: a request without its place.
CREATE TABLE mission_template (
    id uuid NOT NULL,
    name text NOT NULL,
    request jsonb NOT NULL,
    created_by text NOT NULL,
    created_at timestamp with time zone NOT NULL DEFAULT now(),
    updated_at timestamp with time zone NOT NULL DEFAULT now(),
    CONSTRAINT mission_template_pkey PRIMARY KEY (id),
    CONSTRAINT mission_template_name_key UNIQUE (name)
);
