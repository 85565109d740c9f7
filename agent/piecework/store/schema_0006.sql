-- Version 6: how long each list was watched in each hour, so that a quiet hour can be told from one nobody looked at.
-- `hour_us`: the hour's first moment, UTC. `us`: of that hour, see watch.forecast.exposure. Kept for ever, without ids.
CREATE TABLE watched (
  platform TEXT NOT NULL,
  list TEXT NOT NULL,
  hour_us INTEGER NOT NULL,
  us INTEGER NOT NULL,
  PRIMARY KEY (platform, hour_us, list)
) STRICT, WITHOUT ROWID;
