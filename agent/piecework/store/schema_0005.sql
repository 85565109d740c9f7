-- Version 5: when a submission was due by the platform's own rule, sums by the platform's own days, and the
-- questions that pages ask of a history of many years.

ALTER TABLE assignment ADD COLUMN due_us INTEGER;
CREATE INDEX assignment_newest
  ON assignment (day_local, coalesce(submitted_us, accepted_us, decided_us, paid_us, 0), platform, state);
CREATE INDEX assignment_state ON assignment (state, platform, day_local);
CREATE INDEX assignment_site_day ON assignment (platform, day_platform);
CREATE INDEX assignment_unknown ON assignment (platform, account, state, day_local) WHERE pay_micro IS NULL;
CREATE INDEX assignment_waiting ON assignment (due_us, platform, requester, pay_currency, pay_micro, submitted_us)
  WHERE state IN ('submitted', 'left_window');

CREATE INDEX event_money ON event (platform, at_us) WHERE kind IN ('submitted', 'returned', 'expired',
  'screened_out', 'approved', 'rejected', 'revise', 'paid', 'reversed', 'bonus', 'payout', 'fee', 'adjust', 'edit');

-- Like sum_day, by the platform's own days: what its statements are held against.
CREATE TABLE sum_site_day (
  platform TEXT NOT NULL,
  account TEXT NOT NULL,
  currency TEXT NOT NULL,
  day TEXT NOT NULL,
  state TEXT NOT NULL,
  micro INTEGER NOT NULL,
  n INTEGER NOT NULL,
  PRIMARY KEY (platform, account, currency, day, state)
) STRICT, WITHOUT ROWID;
-- A transaction's name is the event's id, the flow, the currency and the mark, with colons between them.
INSERT INTO sum_site_day (platform, account, currency, day, state, micro, n)
SELECT platform, account, currency, day_platform, flow, sum(micro),
  sum(CASE mark WHEN 'new' THEN 1 WHEN 'undo' THEN -1 ELSE 0 END)
FROM (
  SELECT posting.platform, posting.account, posting.currency, posting.day_platform, posting.micro,
    substr(rest, 1, instr(rest, ':') - 1) AS flow,
    substr(rest, instr(rest, ':') + length(posting.currency) + 2) AS mark
  FROM (
    SELECT posting.*, substr(posting.txn, length(event.id) + 2) AS rest
    FROM posting JOIN event ON event.seq = posting.event_seq WHERE posting.line = 0
  ) AS posting
)
WHERE flow IN ('submitted', 'approved', 'rejected', 'bonus', 'paid', 'fee')
GROUP BY platform, account, currency, day_platform, flow
HAVING sum(micro) <> 0 OR sum(CASE mark WHEN 'new' THEN 1 WHEN 'undo' THEN -1 ELSE 0 END) <> 0;
