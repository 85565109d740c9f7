-- Version 9: which browser read a list last, and how often its page reads itself anew: what is silent is noticed.
ALTER TABLE list_state ADD COLUMN cid TEXT NOT NULL DEFAULT '';
ALTER TABLE list_state ADD COLUMN every_us INTEGER;
ALTER TABLE list_state ADD COLUMN steady INTEGER NOT NULL DEFAULT 0;
