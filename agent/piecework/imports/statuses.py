"""What the words for a state mean, in the kinds of `protocol.kinds`. A word that is not here is not guessed."""

from __future__ import annotations

import re
from typing import Final

from piecework.imports.bad import BadRow

_WORDS: Final = {
    "paid": "paid",
    "payé": "paid",
    "payée": "paid",
    "paye": "paid",
    "satisfied & paid": "paid",
    "satisfied": "approved",
    "approved": "approved",
    "accepted by requester": "approved",
    "pending payment": "approved",
    "approuvé": "approved",
    "approuvée": "approved",
    "accepté": "approved",
    "acceptée": "approved",
    "validé": "approved",
    "validée": "approved",
    "completed": "approved",
    "terminé": "approved",
    "submitted": "submitted",
    "soumis": "submitted",
    "pending": "submitted",
    "pending approval": "submitted",
    "pending employer review": "submitted",
    "pending review": "submitted",
    "awaiting review": "submitted",
    "in review": "submitted",
    "en attente": "submitted",
    "rejected": "rejected",
    "not-satisfied": "rejected",
    "not satisfied": "rejected",
    "refusé": "rejected",
    "refusée": "rejected",
    "rejeté": "rejected",
    "rejetée": "rejected",
    "returned": "returned",
    "rendu": "returned",
    "rendue": "returned",
    "abandoned": "expired",
    "expired": "expired",
    "timed out": "expired",
    "timed-out": "expired",
    "expiré": "expired",
    "expirée": "expired",
    "screened out": "screened_out",
    "revise": "revise",
    "revision": "revise",
    "accepted": "accepted",
    "assigned": "accepted",
    "active": "accepted",
    "reserved": "reserved",
    "reversed": "reversed",
}
_BEGINS: Final = (("approved", "approved"), ("pending", "submitted"), ("paid", "paid"), ("rejected", "rejected"))
"""Older sites add a remark behind these: "Approved - Pending Payment"."""
_BLANKS: Final = re.compile(r"[\s\u00a0_]+")
EARNED: Final = frozenset({"submitted", "approved", "paid", "revise"})
"""States whose pay is earned, or may still be."""


def plain(text: str) -> str:
    """The word in small letters with plain blanks, without a dash at its end."""
    return _BLANKS.sub(" ", text.casefold()).strip(" -\u2013\u2014.")


def known(text: str) -> str:
    """The kind a word means; "" for a word that is not known."""
    word = plain(text)
    if word in _WORDS:
        return _WORDS[word]
    return next((kind for head, kind in _BEGINS if re.match(rf"{head}\s?[-:(]", word)), "")


def kind_of(text: str) -> str:
    """The kind a word means. Raises BadRow."""
    kind = known(text)
    if not kind:
        raise BadRow(f"the state “{text[:40]}” is not known" if text.strip() else "the state is missing")
    return kind
