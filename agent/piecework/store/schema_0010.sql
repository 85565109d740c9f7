-- Version 10: the clock of each task itself, where a list says within how many days its work is decided.
ALTER TABLE task ADD COLUMN rated_days INTEGER;
