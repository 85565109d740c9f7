"""Titles that announce disturbing content, in the words sites and requesters use for it. Pure."""

from __future__ import annotations

from piecework.watch.patterns import compile_words, find

PHRASES = (
    "disturbing",
    "graphic content",
    "graphic images",
    "graphic violence",
    "sensitive content",
    "offensive content",
    "explicit content",
    "sexually explicit",
    "adult content",
    "mature content",
    "nsfw",
    "hate speech",
    "self-harm",
    "suicide",
    "gore",
    "violent content",
    "trigger warning",
    "content warning",
    "contenu choquant",
    "contenus choquants",
    "contenu sensible",
    "contenus sensibles",
    "contenu explicite",
    "contenu pour adultes",
    "contenu violent",
    "images choquantes",
    "propos haineux",
    "discours de haine",
    "automutilation",
)
_WORDS = compile_words(PHRASES)


def announces(title: str) -> bool:
    """Whether a title says that its task shows disturbing content. A title that says nothing promises nothing.

    >>> announces("Rate images (WARNING: graphic content)"), announces("Rate images of cats")
    (True, False)
    """
    return find(_WORDS, title).any
