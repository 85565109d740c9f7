"""What the history knows already of the rows of a file. Reads the store, changes nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from piecework.ledger.linking import NEAR_US, ZONES_US
from piecework.ledger.settling import Settling
from piecework.now import DAY_US
from piecework.store.events import task_key

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable, Sequence

    from piecework.imports.rows import Extra, Payment, Swap, Work

_COLUMNS: Final = (
    "a.id, a.account, a.state, a.site_id, a.accepted_us, a.submitted_us, a.decided_us, a.pay_micro, a.bonus_micro"
)
_TWIN_US: Final = 7 * DAY_US
"""How long a payment is on its way from a platform's page to the service that brings it."""
_MOST: Final = 500


class Attempt(NamedTuple):
    """An attempt of the books, as far as a row can be about it."""

    id: str
    account: str
    state: str
    site_id: str
    accepted_us: int | None
    submitted_us: int | None
    decided_us: int | None
    pay_micro: int | None
    bonus_micro: int

    @property
    def begun_us(self) -> int:
        """When it was submitted, else another moment that is known of it."""
        return self.submitted_us or self.decided_us or self.accepted_us or 0


def begun_by(row: Work, own: str, account: str) -> Attempt:
    """The attempt that a row begins, as the books will hold it."""
    pay, bonus = (amount.micro if amount is not None else None for amount in (row.pay, row.bonus))
    began, at, decided = (when.us if when is not None else None for when in (row.began, row.at, row.decided))
    return Attempt(own, account, row.status, row.assignment, began, at, decided, pay, bonus or 0)


class Known:
    """Looks rows up by the ids of their events, by the site's ids, and by title and time."""

    def __init__(self, conn: sqlite3.Connection) -> None:
        self._conn = conn
        self._titles: dict[str, dict[str, list[Attempt]]] = {}
        self._accounts: dict[str, str] = {}
        self._settling: dict[tuple[str, str, str], Settling] = {}
        self._worked: dict[str, bool] = {}

    def events(self, ids: Sequence[str]) -> dict[str, Attempt | None]:
        """Which of these events are in the history, with the attempt each belongs to, where it has one."""
        found: dict[str, Attempt | None] = {}
        for start in range(0, len(ids), _MOST):
            some = ids[start : start + _MOST]
            for row in self._conn.execute(
                f"SELECT event.id, {_COLUMNS} FROM event LEFT JOIN assignment a ON a.id = event.assignment "  # noqa: S608 - fixed names
                f"WHERE event.id IN ({', '.join('?' * len(some))})",
                some,
            ):
                found[row[0]] = None if row[1] is None else Attempt(*row[1:])
        return found

    def attempts(self, ids: Sequence[str]) -> dict[str, Attempt]:
        """Which attempts of these ids there are."""
        found: dict[str, Attempt] = {}
        for start in range(0, len(ids), _MOST):
            some = ids[start : start + _MOST]
            marks = ", ".join("?" * len(some))
            for row in self._conn.execute(f"SELECT {_COLUMNS} FROM assignment a WHERE a.id IN ({marks})", some):  # noqa: S608 - fixed names
                found[row[0]] = Attempt(*row)
        return found

    def attempt(self, row: Work, taken: set[str]) -> Attempt | None:
        """The attempt that a row is about, seen another way before: on the site's pages, or in another file.

        `taken` are attempts that other rows of the file were about.
        """
        if not self.has_attempts(row.platform):
            return None
        if row.assignment and (found := self._by("a.site_id", row.platform, row.assignment)):
            return next((one for one in found if one.id not in taken), None)
        if row.task:
            near = [one for one in self._by("a.task", row.platform, task_key("", row.task)) if one.id not in taken]
            return min(
                (one for one in near if _same_id(one, row) and _within(one, row, ZONES_US)),
                key=lambda one: abs(one.begun_us - (row.at.us if row.at else 0)),
                default=None,
            )
        return None if row.assignment else self._by_title(row, taken)

    def has_attempts(self, platform: str) -> bool:
        """Whether the books held any attempt of a platform when it was first asked for, before this import wrote."""
        if platform not in self._worked:
            found = self._conn.execute("SELECT 1 FROM assignment WHERE platform = ? LIMIT 1", (platform,)).fetchone()
            self._worked[platform] = found is not None
        return self._worked[platform]

    def settles(self, row: Work, account: str) -> bool:
        """Whether a payout has booked the pay of a new attempt that is called paid."""
        if row.pay is None:
            return False
        whose = row.platform, account, row.pay.currency
        if whose not in self._settling:
            self._settling[whose] = Settling(self._conn, *whose)
        when = row.at or row.decided or row.began
        return self._settling[whose].settles(row.assignment, when.us if when is not None else 0, row.pay.micro)

    def account(self, platform: str) -> str:
        """The one account claimed on a platform: whose history a file is that does not say so; "" where none is."""
        if platform not in self._accounts:
            rows = self._conn.execute(
                "SELECT account FROM account WHERE platform = ? AND state = 'claimed' AND alias_of IS NULL LIMIT 2",
                (platform,),
            ).fetchall()
            self._accounts[platform] = str(rows[0][0]) if len(rows) == 1 else ""
        return self._accounts[platform]

    def day_sum(self, row: Extra, account: str) -> int:
        """How much of a day's sum is in the books already, in micro-units."""
        rows = self._conn.execute(
            "SELECT json_extract(derived, '$.bonus.micro') FROM event WHERE kind = 'bonus' AND platform = ? "
            "AND account IN ('', ?) AND json_extract(derived, '$.key') = ? "
            "AND json_extract(derived, '$.bonus.currency') = ?",
            (row.platform, account, row.period, row.amount.currency),
        )
        return sum(int(micro or 0) for (micro,) in rows)

    def twin(self, row: Payment, taken: set[str]) -> str:
        """The payout of the platform's own page that a payment is: same sum (with or without its fee), same week."""
        sums = {row.amount.micro, row.amount.micro - (row.fee.micro if row.fee else 0)}
        for own, micro, fee in self._conn.execute(
            "SELECT id, json_extract(derived, '$.pay.micro'), coalesce(json_extract(derived, '$.fee.micro'), 0) "
            "FROM event WHERE kind = 'payout' AND platform = ? AND source <> 'import' AND at_us BETWEEN ? AND ? "
            "AND json_extract(derived, '$.pay.currency') = ? ORDER BY at_us",
            (row.platform, row.at.us - _TWIN_US, row.at.us + _TWIN_US, row.amount.currency),
        ):
            if own not in taken and micro is not None and sums & {micro, micro - fee}:
                return str(own)
        return ""

    def swap_twin(self, row: Swap, taken: set[str]) -> str:
        """The exchange that the person wrote down: the same two sums in the same week."""
        for (own,) in self._conn.execute(
            "SELECT id FROM event WHERE kind = 'rate' AND at_us BETWEEN ? AND ? "
            "AND json_extract(derived, '$.pay.micro') = ? AND json_extract(derived, '$.pay.currency') = ? "
            "AND json_extract(derived, '$.received.micro') = ? AND json_extract(derived, '$.received.currency') = ? "
            "AND source <> 'import' ORDER BY at_us",
            (row.at.us - _TWIN_US, row.at.us + _TWIN_US, *row.given[:2], *row.received[:2]),
        ):
            if own not in taken:
                return str(own)
        return ""

    def _by(self, column: str, platform: str, value: str) -> list[Attempt]:
        rows = self._conn.execute(
            f"SELECT {_COLUMNS} FROM assignment a WHERE a.platform = ? AND {column} = ? AND {column} <> '' LIMIT ?",  # noqa: S608 - fixed names
            (platform, value, _MOST),
        )
        return [Attempt(*row) for row in rows]

    def _by_title(self, row: Work, taken: set[str]) -> Attempt | None:
        """One of the very same title that began or ended within minutes of it."""
        if row.platform not in self._titles:
            self._titles[row.platform] = _index(
                self._conn.execute(
                    f"SELECT a.title, {_COLUMNS} FROM assignment a WHERE a.platform = ? AND a.title <> ''",  # noqa: S608 - the same
                    (row.platform,),
                )
            )
        near = (one for one in self._titles[row.platform].get(row.title, ()) if one.id not in taken)
        return next((one for one in near if _within(one, row, NEAR_US)), None)


def _index(rows: Iterable[sqlite3.Row]) -> dict[str, list[Attempt]]:
    found: dict[str, list[Attempt]] = {}
    for title, *columns in rows:
        found.setdefault(title, []).append(Attempt(*columns))
    return found


def _same_id(one: Attempt, row: Work) -> bool:
    return not one.site_id or not row.assignment or one.site_id == row.assignment


def _within(one: Attempt, row: Work, most_us: int) -> bool:
    pairs = ((one.accepted_us, row.began), (one.submitted_us, row.at))
    return any(us is not None and when is not None and abs(us - when.us) <= most_us for us, when in pairs)
