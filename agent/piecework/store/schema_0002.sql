-- Version 2: rates are asked for by currency, "the newest up to a day": the key begins with the currency.

ALTER TABLE rate RENAME TO rate_before;
CREATE TABLE rate (
  currency TEXT NOT NULL,
  day TEXT NOT NULL,
  source TEXT NOT NULL,
  per_eur TEXT NOT NULL,
  PRIMARY KEY (currency, day, source)
) STRICT, WITHOUT ROWID;
INSERT INTO rate (currency, day, source, per_eur) SELECT currency, day, source, per_eur FROM rate_before;
DROP TABLE rate_before;
