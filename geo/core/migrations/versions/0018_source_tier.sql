-- How closely a person wants a source to be looked at; null leaves it to the settings. Rules switched on for it may raise it.
ALTER TABLE video_source ADD COLUMN tier text;
ALTER TABLE video_source ADD CONSTRAINT video_source_tier_check CHECK (tier IN ('health', 'patrol', 'watch', 'enforcement'));
