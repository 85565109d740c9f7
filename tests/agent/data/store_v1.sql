-- What a store of version 1 holds, for the schema of schema_0001.sql: two notes, one task with its alert.
CREATE TABLE "_sqlite_migrations" (
   "id" INTEGER PRIMARY KEY,
   "migration_set" TEXT,
   "name" TEXT,
   "applied_at" TEXT
);
CREATE UNIQUE INDEX "idx__sqlite_migrations_migration_set_name"
    ON "_sqlite_migrations" ("migration_set", "name");
INSERT INTO _sqlite_migrations (id, migration_set, name, applied_at)
VALUES (1, 'piecework', 'schema_0001', '2026-11-21 11:00:00.000000+00:00');
INSERT INTO client (cid, origin, name, browser, paired_us, revoked_us, last_seq, last_seen_us)
VALUES ('c1', 'chrome-extension://abc', 'Chromium on Linux', '', 1, NULL, 2, NULL);
INSERT INTO account (platform, account, state, alias_of, first_seen_us)
VALUES ('practice', '0123456789abcdef', 'claimed', NULL, 1795258800000000);
INSERT INTO event (seq, id, at_us, recv_us, source, cid, platform, account, kind, task, assignment, body, derived, zone, day_platform, day_local, schema_v)
VALUES (1, '018f0000-0000-7000-8000-000000000001', 1795258800000000, 1795258800000000, 'page', 'c1', 'practice', '0123456789abcdef', 'note', '', '', '{"text":"hello"}', '{}', 'Europe/Paris', '2026-11-21', '2026-11-21', 1);
INSERT INTO event (seq, id, at_us, recv_us, source, cid, platform, account, kind, task, assignment, body, derived, zone, day_platform, day_local, schema_v)
VALUES (2, '018f0000-0000-7000-8000-000000000002', 1795258800000000, 1795258800000000, 'page', 'c1', 'practice', '0123456789abcdef', 'note', '', '', '{"text":"again"}', '{}', 'Europe/Paris', '2026-11-21', '2026-11-21', 1);
INSERT INTO task (platform, system, id, account, list, title, requester, pay_state, pay_micro, pay_max_micro, pay_currency, pay_per, pay_raw, hourly_micro, hourly_currency, minutes, places, url, page, source, first_seen_us, last_seen_us, gone_us, episode, episode_us, arrival, state)
VALUES ('practice', '', 't1', '0123456789abcdef', 'main', 'Rate three pictures', 'Practice', 'stated', 50000, 50000, 'USD', 'task', '$0.05', NULL, NULL, NULL, NULL, NULL, NULL, 'dom', 1795258800000000, 1795258800000000, NULL, 1, 1795258800000000, 1, 'open');
INSERT INTO list_state (platform, list, account, state, cause, since_us, last_look_us, last_good_us, next_look_us, complete, tasks, unreadable, look, parts)
VALUES ('practice', 'main', '0123456789abcdef', 'watching', '', 1795258800000000, 1795258800000000, 1795258800000000, NULL, 1, 1, 0, 'l1', 1);
INSERT INTO arrival (id, platform, list, kind, first_seen_us, last_seen_us, gap_before_us, pay_micro, pay_currency)
VALUES (1, 'practice', 'main', 'new', 1795258800000000, 1795258800000000, NULL, 50000, 'USD');
INSERT INTO raw (at_us, platform, task, account, text)
VALUES (1795258800000000, 'practice', ':t1', '0123456789abcdef', '{"id":"t1","title":"Rate three pictures","requester":"Practice","pay":{"raw":"$0.05","currency":"USD"}}');
INSERT INTO alert (id, platform, system, task, account, reason, rule, episode, title, text, url, cid, at_us, dom_at_us, stored_us, shown_us, gone_us)
VALUES ('bb97519f-b5de-5a95-a82d-e867291804cb', 'practice', '', 't1', '0123456789abcdef', 'new', 'default', 1, 'Rate three pictures', 'Practice · $0.05', NULL, 'c1', 1795258800000000, NULL, 1795258800000000, NULL, NULL);
INSERT INTO delivery (alert, channel, state, at_us, tries, cause)
VALUES ('bb97519f-b5de-5a95-a82d-e867291804cb', 'extension', 'queued', 1795258800000000, 0, '');
PRAGMA user_version = 1;
