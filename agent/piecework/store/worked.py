"""What an attempt's hour was worth: one rule for the board, a requester's record, rules of alerts and the page Time.

The numerator is what came of the attempt: its pay, nothing where it was rejected or taken back, and its bonus. What
is not decided yet counts as stated. The denominator is the time that its intervals cover together, idle time aside.
"""

from __future__ import annotations

from typing import Final

from piecework.now import HOUR_US

LEAST: Final = 5
"""Below this many attempts a wage says more about chance than about work (facts of small samples: none is shown)."""
CENT: Final = 10_000
"""Micro-units that a wage is cut to."""

WORTH: Final = (
    "(CASE WHEN assignment.state IN ('rejected', 'reversed') THEN 0 ELSE assignment.pay_micro END "
    "+ assignment.bonus_micro)"
)
"""SQL: micro-units that came of a row of `assignment`; NULL where its pay is unknown."""

ATTEMPT_US: Final = """(
SELECT min(sum(active_us), sum(max(0, end_us - max(start_us, covered)))) FROM (
  SELECT start_us, end_us, active_us, coalesce(max(end_us) OVER (
    ORDER BY start_us, end_us ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
  ), start_us) AS covered FROM (
    SELECT start_us, end_us, active_us FROM interval
    WHERE interval.assignment <> '' AND interval.assignment = assignment.id AND kind <> 'idle'
    UNION ALL
    SELECT start_us, end_us, active_us FROM interval
    WHERE interval.session <> '' AND interval.session = assignment.session AND interval.assignment = ''
      AND interval.platform = assignment.platform AND kind <> 'idle'
  )
))"""
"""SQL: µs of active time of a row of `assignment`, overlaps of its own intervals once; NULL where none is known.

An interval is the attempt's where it says so, else where it is of the attempt's session and of no other attempt.
"""


def hourly(micro: int, us: int) -> int:
    """Micro-units per hour of `us` µs (> 0), cut to the cent."""
    return micro * HOUR_US // us // CENT * CENT
