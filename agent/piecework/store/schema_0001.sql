-- Version 1: the append-only history, what is derived from it, and the sightings beside it.
-- All times are integer microseconds UTC; all money is integer micro-units with a code beside it.

CREATE TABLE client (
  cid TEXT PRIMARY KEY,
  origin TEXT NOT NULL,
  name TEXT NOT NULL,
  browser TEXT NOT NULL DEFAULT '',
  paired_us INTEGER NOT NULL,
  revoked_us INTEGER,
  last_seq INTEGER NOT NULL DEFAULT 0,
  last_seen_us INTEGER
) STRICT;

CREATE TABLE account (
  platform TEXT NOT NULL,
  account TEXT NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('claimed', 'asks', 'released')),
  alias_of TEXT,
  first_seen_us INTEGER NOT NULL,
  PRIMARY KEY (platform, account)
) STRICT, WITHOUT ROWID;

CREATE TABLE event (
  seq INTEGER PRIMARY KEY AUTOINCREMENT,
  id TEXT NOT NULL UNIQUE,
  at_us INTEGER NOT NULL,
  recv_us INTEGER NOT NULL,
  source TEXT NOT NULL CHECK (source IN ('page', 'alone', 'typed', 'import', 'rule', 'agent')),
  cid TEXT NOT NULL DEFAULT '',
  platform TEXT NOT NULL DEFAULT '',
  account TEXT NOT NULL DEFAULT '',
  kind TEXT NOT NULL,
  task TEXT NOT NULL DEFAULT '',
  assignment TEXT NOT NULL DEFAULT '',
  body TEXT NOT NULL,
  derived TEXT NOT NULL DEFAULT '{}',
  zone TEXT NOT NULL DEFAULT '',
  day_platform TEXT NOT NULL,
  day_local TEXT NOT NULL,
  schema_v INTEGER NOT NULL DEFAULT 1
) STRICT;
CREATE INDEX event_assignment ON event (assignment, at_us) WHERE assignment <> '';
CREATE INDEX event_task ON event (platform, task, at_us) WHERE task <> '';
CREATE INDEX event_kind ON event (kind, at_us);

CREATE TRIGGER event_keeps_rows BEFORE DELETE ON event
BEGIN SELECT RAISE(ABORT, 'event is append-only: use piecework forget'); END;
CREATE TRIGGER event_keeps_text BEFORE UPDATE ON event
BEGIN SELECT RAISE(ABORT, 'event is append-only: append a correction'); END;

CREATE TABLE refused (
  id TEXT NOT NULL,
  cid TEXT NOT NULL,
  seq INTEGER NOT NULL,
  at_us INTEGER NOT NULL,
  reason TEXT NOT NULL,
  bytes BLOB NOT NULL
) STRICT;

-- Derived from event: dropped and rebuilt by `rebuild`, compared by `verify`.

CREATE TABLE assignment (
  id TEXT PRIMARY KEY,
  platform TEXT NOT NULL,
  account TEXT NOT NULL,
  task TEXT NOT NULL,
  site_id TEXT NOT NULL DEFAULT '',
  session TEXT NOT NULL DEFAULT '',
  title TEXT NOT NULL DEFAULT '',
  requester TEXT NOT NULL DEFAULT '',
  state TEXT NOT NULL,
  accepted_us INTEGER,
  submitted_us INTEGER,
  decided_us INTEGER,
  paid_us INTEGER,
  ended_us INTEGER,
  pay_micro INTEGER,
  pay_currency TEXT,
  bonus_micro INTEGER NOT NULL DEFAULT 0,
  code TEXT NOT NULL DEFAULT '',
  day_platform TEXT NOT NULL,
  day_local TEXT NOT NULL
) STRICT;
CREATE INDEX assignment_task ON assignment (platform, task);
CREATE INDEX assignment_site ON assignment (platform, site_id) WHERE site_id <> '';
CREATE INDEX assignment_session ON assignment (session) WHERE session <> '';

CREATE TABLE posting (
  txn TEXT NOT NULL,
  line INTEGER NOT NULL,
  event_seq INTEGER NOT NULL,
  at_us INTEGER NOT NULL,
  platform TEXT NOT NULL,
  account TEXT NOT NULL,
  book TEXT NOT NULL,
  micro INTEGER NOT NULL,
  currency TEXT NOT NULL,
  assignment TEXT NOT NULL DEFAULT '',
  day_platform TEXT NOT NULL,
  day_local TEXT NOT NULL,
  PRIMARY KEY (txn, line)
) STRICT, WITHOUT ROWID;
CREATE INDEX posting_event ON posting (event_seq);

CREATE TABLE sum_day (
  day TEXT NOT NULL,
  platform TEXT NOT NULL,
  account TEXT NOT NULL,
  currency TEXT NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('submitted', 'approved', 'rejected', 'paid', 'fee', 'bonus')),
  micro INTEGER NOT NULL,
  n INTEGER NOT NULL,
  PRIMARY KEY (day, platform, account, currency, state)
) STRICT, WITHOUT ROWID;

CREATE TABLE sum_month (
  month TEXT NOT NULL,
  platform TEXT NOT NULL,
  account TEXT NOT NULL,
  currency TEXT NOT NULL,
  state TEXT NOT NULL,
  micro INTEGER NOT NULL,
  n INTEGER NOT NULL,
  PRIMARY KEY (month, platform, account, currency, state)
) STRICT, WITHOUT ROWID;

CREATE TABLE interval (
  id TEXT PRIMARY KEY,
  platform TEXT NOT NULL,
  account TEXT NOT NULL,
  task TEXT NOT NULL,
  assignment TEXT NOT NULL,
  session TEXT NOT NULL,
  kind TEXT NOT NULL CHECK (kind IN ('search', 'work', 'qualification', 'admin', 'idle')),
  start_us INTEGER NOT NULL,
  end_us INTEGER NOT NULL,
  active_us INTEGER NOT NULL,
  source TEXT NOT NULL,
  day_local TEXT NOT NULL,
  CHECK (end_us >= start_us)
) STRICT;
CREATE INDEX interval_start ON interval (start_us);
CREATE INDEX interval_session ON interval (session);

CREATE TABLE sum_time_day (
  day TEXT NOT NULL,
  platform TEXT NOT NULL,
  account TEXT NOT NULL,
  kind TEXT NOT NULL,
  active_us INTEGER NOT NULL,
  PRIMARY KEY (day, platform, account, kind)
) STRICT, WITHOUT ROWID;

CREATE TABLE statement (
  event_seq INTEGER NOT NULL,
  platform TEXT NOT NULL,
  account TEXT NOT NULL,
  period TEXT NOT NULL,
  name TEXT NOT NULL,
  micro INTEGER,
  currency TEXT,
  count INTEGER,
  at_us INTEGER NOT NULL,
  PRIMARY KEY (platform, account, period, name, event_seq)
) STRICT, WITHOUT ROWID;

-- Not derived: open work of this moment, closed into `interval` events.

CREATE TABLE beat (
  id TEXT PRIMARY KEY,
  session TEXT NOT NULL,
  platform TEXT NOT NULL,
  account TEXT NOT NULL,
  task TEXT NOT NULL,
  state TEXT NOT NULL,
  at_us INTEGER NOT NULL,
  mono_ms INTEGER NOT NULL,
  since_us INTEGER,
  work TEXT NOT NULL,
  origin TEXT NOT NULL,
  pulse_us INTEGER NOT NULL,
  zone TEXT NOT NULL DEFAULT '',
  closed INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE INDEX beat_open ON beat (session, at_us) WHERE closed = 0;
CREATE INDEX beat_session ON beat (session, at_us);

-- Sightings: pruned, never part of the history.

CREATE TABLE task (
  platform TEXT NOT NULL,
  system TEXT NOT NULL,
  id TEXT NOT NULL,
  account TEXT NOT NULL,
  list TEXT NOT NULL,
  title TEXT NOT NULL,
  requester TEXT NOT NULL,
  pay_state TEXT NOT NULL CHECK (pay_state IN ('stated', 'none', 'unreadable')),
  pay_micro INTEGER,
  pay_max_micro INTEGER,
  pay_currency TEXT,
  pay_per TEXT NOT NULL,
  pay_raw TEXT NOT NULL,
  hourly_micro INTEGER,
  hourly_currency TEXT,
  minutes INTEGER,
  places INTEGER,
  url TEXT,
  page INTEGER,
  source TEXT NOT NULL DEFAULT 'dom',
  first_seen_us INTEGER NOT NULL,
  last_seen_us INTEGER NOT NULL,
  gone_us INTEGER,
  episode INTEGER NOT NULL DEFAULT 1,
  episode_us INTEGER NOT NULL,
  arrival INTEGER,
  state TEXT NOT NULL CHECK (state IN ('open', 'gone', 'working', 'done', 'hidden')),
  PRIMARY KEY (platform, system, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX task_state ON task (state);
CREATE INDEX task_there ON task (platform, list, account) WHERE gone_us IS NULL;

CREATE TABLE list_state (
  platform TEXT NOT NULL,
  list TEXT NOT NULL,
  account TEXT NOT NULL,
  state TEXT NOT NULL,
  cause TEXT NOT NULL DEFAULT '',
  since_us INTEGER NOT NULL,
  last_look_us INTEGER,
  last_good_us INTEGER,
  next_look_us INTEGER,
  complete INTEGER NOT NULL DEFAULT 1,
  tasks INTEGER NOT NULL DEFAULT 0,
  unreadable INTEGER NOT NULL DEFAULT 0,
  look TEXT NOT NULL DEFAULT '',
  parts INTEGER NOT NULL DEFAULT 0,
  PRIMARY KEY (platform, list, account)
) STRICT, WITHOUT ROWID;

CREATE TABLE look_part (
  cid TEXT NOT NULL,
  platform TEXT NOT NULL,
  list TEXT NOT NULL,
  look TEXT NOT NULL,
  part INTEGER NOT NULL,
  of_parts INTEGER NOT NULL,
  complete INTEGER NOT NULL,
  fresh INTEGER NOT NULL,
  keys TEXT NOT NULL,
  at_us INTEGER NOT NULL,
  PRIMARY KEY (cid, platform, list, look, part)
) STRICT, WITHOUT ROWID;

-- When tasks come and how long they stay, for ever and without their ids. `kind`: new, reopened, or baseline
-- (was there already at the first look). `gap_before_us`: time since the look before, in which it really came.
CREATE TABLE arrival (
  id INTEGER PRIMARY KEY,
  platform TEXT NOT NULL,
  list TEXT NOT NULL,
  kind TEXT NOT NULL,
  first_seen_us INTEGER NOT NULL,
  last_seen_us INTEGER NOT NULL,
  gap_before_us INTEGER,
  pay_micro INTEGER,
  pay_currency TEXT
) STRICT;
CREATE INDEX arrival_when ON arrival (first_seen_us);

CREATE TABLE raw (
  at_us INTEGER NOT NULL,
  platform TEXT NOT NULL,
  task TEXT NOT NULL,
  account TEXT NOT NULL DEFAULT '',
  text TEXT NOT NULL
) STRICT;
CREATE INDEX raw_when ON raw (at_us);

CREATE TABLE rule (
  id TEXT PRIMARY KEY,
  name TEXT NOT NULL,
  body TEXT NOT NULL,
  on_ INTEGER NOT NULL DEFAULT 1
) STRICT;
INSERT INTO rule (id, name, body) VALUES ('default', 'Every new task', '{}');

CREATE TABLE alert (
  id TEXT PRIMARY KEY,
  platform TEXT NOT NULL,
  system TEXT NOT NULL,
  task TEXT NOT NULL,
  account TEXT NOT NULL,
  reason TEXT NOT NULL,
  rule TEXT NOT NULL,
  episode INTEGER NOT NULL,
  title TEXT NOT NULL,
  text TEXT NOT NULL,
  url TEXT,
  cid TEXT NOT NULL,
  at_us INTEGER NOT NULL,
  dom_at_us INTEGER,
  stored_us INTEGER NOT NULL,
  shown_us INTEGER,
  gone_us INTEGER
) STRICT;
CREATE UNIQUE INDEX alert_once ON alert (platform, system, task, episode, reason, rule);
CREATE INDEX alert_when ON alert (at_us);

CREATE TABLE delivery (
  alert TEXT NOT NULL REFERENCES alert (id) ON DELETE CASCADE,
  channel TEXT NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('queued', 'held', 'shown', 'failed', 'gone', 'clicked', 'dismissed', 'told')),
  at_us INTEGER NOT NULL,
  tries INTEGER NOT NULL DEFAULT 0,
  cause TEXT NOT NULL DEFAULT '',
  PRIMARY KEY (alert, channel)
) STRICT, WITHOUT ROWID;
CREATE INDEX delivery_open ON delivery (state) WHERE state IN ('queued', 'held');

CREATE TABLE told (
  platform TEXT NOT NULL,
  system TEXT NOT NULL,
  task TEXT NOT NULL,
  at_us INTEGER NOT NULL,
  cid TEXT NOT NULL,
  PRIMARY KEY (platform, system, task, at_us)
) STRICT, WITHOUT ROWID;

CREATE TABLE standing (
  platform TEXT NOT NULL,
  account TEXT NOT NULL,
  name TEXT NOT NULL,
  raw TEXT NOT NULL,
  at_us INTEGER NOT NULL,
  PRIMARY KEY (platform, account, name)
) STRICT, WITHOUT ROWID;

CREATE TABLE definition (
  platform TEXT NOT NULL,
  list TEXT NOT NULL,
  version TEXT NOT NULL,
  body TEXT NOT NULL,
  state TEXT NOT NULL,
  at_us INTEGER NOT NULL,
  PRIMARY KEY (platform, list, version)
) STRICT, WITHOUT ROWID;

CREATE TABLE rate (
  day TEXT NOT NULL,
  currency TEXT NOT NULL,
  per_eur TEXT NOT NULL,
  source TEXT NOT NULL,
  PRIMARY KEY (day, currency, source)
) STRICT, WITHOUT ROWID;

CREATE TABLE setting (
  name TEXT PRIMARY KEY,
  value TEXT NOT NULL
) STRICT, WITHOUT ROWID;
