-- Version 14: which decisions were due lately, found without reading every attempt.
CREATE INDEX assignment_due ON assignment (due_us) WHERE due_us IS NOT NULL;
