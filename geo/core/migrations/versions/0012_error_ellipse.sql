-- The ellipse that holds the true place with 95 % probability: half axes in metres, and where the long one points.
ALTER TABLE observation
    ADD COLUMN ellipse_major_m double precision,
    ADD COLUMN ellipse_minor_m double precision,
    ADD COLUMN ellipse_bearing_deg double precision;
