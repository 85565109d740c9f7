-- Version 11: what of an income was typed in or came from files, for its statement.
CREATE INDEX event_told ON event (source, day_local, platform, kind) WHERE source IN ('typed', 'import');
