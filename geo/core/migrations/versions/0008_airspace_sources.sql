-- Airspace read from files: what heights count from, hours of the week, and the file a zone came in.
ALTER TABLE airspace_zone ADD COLUMN floor_reference text NOT NULL DEFAULT 'above_terrain';
ALTER TABLE airspace_zone ADD COLUMN ceiling_reference text NOT NULL DEFAULT 'above_terrain';
ALTER TABLE airspace_zone ADD COLUMN valid jsonb;
ALTER TABLE airspace_zone ADD COLUMN source text NOT NULL DEFAULT '';
ALTER TABLE airspace_zone ADD COLUMN message text NOT NULL DEFAULT '';
CREATE INDEX airspace_zone_source_idx ON airspace_zone (source);
ALTER TABLE airspace_zone DROP CONSTRAINT airspace_zone_kind_check;
ALTER TABLE airspace_zone ADD CONSTRAINT airspace_zone_kind_check
    CHECK (kind IN ('controlled', 'restricted', 'no_fly', 'danger', 'conditional', 'advisory', 'geofence'));
ALTER TABLE airspace_zone ADD CONSTRAINT airspace_zone_floor_reference_check
    CHECK (floor_reference IN ('above_terrain', 'amsl', 'standard_pressure'));
ALTER TABLE airspace_zone ADD CONSTRAINT airspace_zone_ceiling_reference_check
    CHECK (ceiling_reference IN ('above_terrain', 'amsl', 'standard_pressure'));
