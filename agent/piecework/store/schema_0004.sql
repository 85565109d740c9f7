-- Version 4: time that the person corrects.
-- Intervals that a correction of the person's has taken away, and which correction (an event of kind `edit`) it was.
-- Derived from event, like table interval: an undo puts them back.
CREATE TABLE interval_before (
  id TEXT PRIMARY KEY,
  platform TEXT NOT NULL,
  account TEXT NOT NULL,
  task TEXT NOT NULL,
  assignment TEXT NOT NULL,
  session TEXT NOT NULL,
  kind TEXT NOT NULL,
  start_us INTEGER NOT NULL,
  end_us INTEGER NOT NULL,
  active_us INTEGER NOT NULL,
  source TEXT NOT NULL,
  day_local TEXT NOT NULL,
  edit TEXT NOT NULL
) STRICT;
CREATE INDEX interval_before_session ON interval_before (session);
CREATE INDEX interval_before_edit ON interval_before (edit);
