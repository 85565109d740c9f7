"""Chance without a generator: the same words always give the same number, so asking twice changes nothing."""

import hashlib


def unit(*words: object) -> float:
    """A number in [0, 1) that depends on nothing but the words."""
    text = "\n".join(str(word) for word in words)
    return int.from_bytes(hashlib.blake2b(text.encode(), digest_size=7).digest(), "big") / 2**56


def around(share: float, *words: object) -> float:
    """A factor in [1 - share, 1 + share)."""
    return 1.0 + share * (2.0 * unit(*words) - 1.0)
