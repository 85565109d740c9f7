-- Version 13: a person's own record with a requester is counted from an index alone, its newest attempts come first.
DROP INDEX assignment_requester;
CREATE INDEX assignment_requester ON assignment (platform, requester, submitted_us, state, decided_us, paid_us)
WHERE requester <> '';
DROP INDEX assignment_title;
CREATE INDEX assignment_title ON assignment (platform, title, submitted_us) WHERE title <> '';
