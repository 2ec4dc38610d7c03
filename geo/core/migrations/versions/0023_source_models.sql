-- Models a source is looked at with besides the default one, by the names of their files; one that is not there any more is passed over.
ALTER TABLE video_source ADD COLUMN models text[] NOT NULL DEFAULT '{}';
