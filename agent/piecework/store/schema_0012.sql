-- Version 12: what came in each week, counted as it comes: the forecast reads some hundred rows, not every arrival.
-- `week_us`: a Monday's midnight UTC. `quarters`: quarter of an hour of that week (0 to 671) to millionths of a task;
-- what came in a pause of up to twelve hours is shared out over it. `unknown`: came after a longer one. Without ids.
CREATE TABLE arrival_week (
  platform TEXT NOT NULL,
  week_us INTEGER NOT NULL,
  kind TEXT NOT NULL,
  tasks INTEGER NOT NULL DEFAULT 0,
  unknown INTEGER NOT NULL DEFAULT 0,
  quarters TEXT NOT NULL DEFAULT '{}',
  PRIMARY KEY (platform, week_us, kind)
) STRICT, WITHOUT ROWID;
WITH RECURSIVE
  step (k) AS (SELECT 0 UNION ALL SELECT k + 1 FROM step WHERE k < 48),
  came AS (
    SELECT platform, kind, first_seen_us AS at, gap_before_us AS gap, count(*) AS n
    FROM arrival WHERE kind <> 'baseline' GROUP BY 1, 2, 3, 4
  ),
  piece (platform, kind, quarter, parts) AS (
    SELECT platform, kind, at / 900000000, n * 1000000 FROM came WHERE gap BETWEEN 0 AND 899999999
    UNION ALL
    SELECT platform, kind, (at - gap) / 900000000 + k, CAST(round(1000000.0 * n / gap
      * (min(((at - gap) / 900000000 + k + 1) * 900000000, at) - max(((at - gap) / 900000000 + k) * 900000000, at - gap))
    ) AS INTEGER)
    FROM came JOIN step ON ((at - gap) / 900000000 + k) * 900000000 < at
    WHERE gap BETWEEN 900000000 AND 43200000000
  ),
  counted AS (
    SELECT platform, kind, (quarter - 384) / 672 AS week, (quarter - 384) % 672 AS quarter, sum(parts) AS parts
    FROM piece GROUP BY 1, 2, 3, 4
  )
INSERT INTO arrival_week (platform, week_us, kind, quarters)
SELECT platform, (384 + 672 * week) * 900000000, kind, json_group_object(quarter, parts)
FROM counted GROUP BY platform, week, kind;
INSERT INTO arrival_week (platform, week_us, kind, tasks, unknown)
SELECT platform, (384 + 672 * ((first_seen_us / 900000000 - 384) / 672)) * 900000000, kind,
  sum(coalesce(gap_before_us <= 43200000000, 0)), sum(coalesce(gap_before_us > 43200000000, 1))
FROM arrival WHERE kind <> 'baseline' GROUP BY 1, 2, 3
ON CONFLICT (platform, week_us, kind) DO UPDATE SET tasks = excluded.tasks, unknown = excluded.unknown;
