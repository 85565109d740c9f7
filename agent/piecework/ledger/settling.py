"""Which attempts of an import payouts have booked already: `settle.is_settled` for many, asking the store once."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from piecework.ledger.settle import payouts_of, settled_of

if TYPE_CHECKING:
    import sqlite3


class Settling:
    """The payouts of one platform, account and currency, and what of them is found to be single attempts' pay."""

    def __init__(self, conn: sqlite3.Connection, platform: str, account: str, currency: str) -> None:
        self._named: set[str] = set()
        self._drawn: Counter[int] = Counter()
        self._settled: Counter[int] = Counter()
        for at_us, gross, derived in payouts_of(conn, platform, account, currency):
            self._named.update(derived.pays)
            if not derived.pays:
                self._drawn[derived.site_us or at_us] += gross.micro - derived.wallet
        for when_us, micro in settled_of(conn, platform, account, currency):
            self._settled[when_us] += micro

    def settles(self, site_id: str, begun_us: int, micro: int) -> bool:
        """Whether the pay of an attempt submitted then was booked with a payout; if so, that much is settled.

        What payouts took since a moment, less what of it is settled, has to cover the pay: at the attempt's own
        moment, and at that of every settled attempt before it.
        """
        if site_id and site_id in self._named:
            self._settled[begun_us] += micro
            return True
        if micro <= 0 or not self._drawn or self._least(begun_us, micro) < micro:
            return False
        self._settled[begun_us] += micro
        return True

    def _least(self, begun_us: int, enough: int) -> int:
        """The least that is left at any of those moments; no matter how much less than enough."""
        left, least = 0, None
        for moment in sorted({*self._drawn, *self._settled, begun_us}, reverse=True):
            left += self._drawn[moment] - self._settled[moment]
            if moment == begun_us or (moment < begun_us and moment in self._settled):
                least = left if least is None else min(least, left)
                if least < enough:
                    break
        return least or 0
