-- Version 8: the time of each day with overlaps counted once, by platform and ('' for the platform) altogether.
-- Derived from interval, like sum_time_day. An attempt's own time is found by its id.
CREATE TABLE sum_time_wall (
  day TEXT NOT NULL,
  platform TEXT NOT NULL,
  active_us INTEGER NOT NULL,
  PRIMARY KEY (day, platform)
) STRICT, WITHOUT ROWID;
CREATE INDEX interval_attempt ON interval (assignment) WHERE assignment <> '';
INSERT INTO sum_time_wall (day, platform, active_us)
SELECT day, platform, min(sum(active_us), sum(max(0, end_us - max(start_us, covered)))) AS us FROM (
  SELECT day_local AS day, platform, active_us, start_us, end_us, coalesce(max(end_us) OVER (
    PARTITION BY day_local, platform ORDER BY start_us, end_us ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
  ), start_us) AS covered FROM interval WHERE kind <> 'idle'
) GROUP BY day, platform HAVING us > 0;
INSERT INTO sum_time_wall (day, platform, active_us)
SELECT day, '', min(sum(active_us), sum(max(0, end_us - max(start_us, covered)))) AS us FROM (
  SELECT day_local AS day, active_us, start_us, end_us, coalesce(max(end_us) OVER (
    PARTITION BY day_local ORDER BY start_us, end_us ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
  ), start_us) AS covered FROM interval WHERE kind <> 'idle'
) GROUP BY day HAVING us > 0;
