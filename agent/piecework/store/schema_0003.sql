-- Version 3: rules with levels and channels, snoozes, and what the person says of requesters.

-- How an alert is told: `told` holds what its words are made of (JSON), `sounded_us` when it made its sound.
ALTER TABLE alert ADD COLUMN requester TEXT NOT NULL DEFAULT '';
ALTER TABLE alert ADD COLUMN level TEXT NOT NULL DEFAULT 'sound';
ALTER TABLE alert ADD COLUMN sound TEXT NOT NULL DEFAULT '';
ALTER TABLE alert ADD COLUMN volume INTEGER;
ALTER TABLE alert ADD COLUMN opens INTEGER NOT NULL DEFAULT 0;
ALTER TABLE alert ADD COLUMN told TEXT NOT NULL DEFAULT '{}';
ALTER TABLE alert ADD COLUMN sounded_us INTEGER;
CREATE INDEX alert_sounded ON alert (sounded_us) WHERE sounded_us IS NOT NULL;

-- Time the site allows for a task, and whether it says that the person may do it: NULL where it does not say.
ALTER TABLE task ADD COLUMN allotted_s INTEGER;
ALTER TABLE task ADD COLUMN qualified INTEGER;

INSERT INTO rule (id, name, body) VALUES ('money', 'Money and deadlines',
  '{"reasons":["rejected","overdue","payable","message","deadline","session","health"],"level":"quiet"}');

-- Ways to reach the person. Addresses with their credentials lie with the other secrets, never here.
CREATE TABLE channel (
  name TEXT PRIMARY KEY,
  kind TEXT NOT NULL CHECK (kind IN ('extension', 'desktop', 'push', 'phone')),
  label TEXT NOT NULL DEFAULT '',
  on_ INTEGER NOT NULL DEFAULT 1,
  titles INTEGER NOT NULL DEFAULT 0,
  at_work INTEGER NOT NULL DEFAULT 0,
  made_us INTEGER NOT NULL DEFAULT 0,
  confirmed_us INTEGER,
  last_try_us INTEGER,
  last_good_us INTEGER,
  cause TEXT NOT NULL DEFAULT ''
) STRICT, WITHOUT ROWID;
INSERT INTO channel (name, kind, titles) VALUES ('extension', 'extension', 1), ('desktop', 'desktop', 1);

-- `what` is rule, requester or platform; `name` the rule's id or the requester, '' for a whole platform.
CREATE TABLE snooze (
  what TEXT NOT NULL CHECK (what IN ('rule', 'requester', 'platform')),
  platform TEXT NOT NULL,
  name TEXT NOT NULL,
  until_us INTEGER NOT NULL,
  PRIMARY KEY (what, platform, name)
) STRICT, WITHOUT ROWID;

CREATE TABLE requester (
  platform TEXT NOT NULL,
  name TEXT NOT NULL,
  note TEXT NOT NULL DEFAULT '',
  blocked_us INTEGER,
  PRIMARY KEY (platform, name)
) STRICT, WITHOUT ROWID;

CREATE INDEX assignment_requester ON assignment (platform, requester) WHERE requester <> '';
CREATE INDEX assignment_title ON assignment (platform, title) WHERE title <> '';
