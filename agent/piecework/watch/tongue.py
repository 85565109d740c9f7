"""The language of a title, from its script and its commonest words. Pure, and modest: a short title may have none.

A library that knows seventy languages needs whole sentences and a hundred megabytes; titles have six words.
"""

from __future__ import annotations

import re

SCRIPTS = (
    ("ja", 0x3040, 0x30FF),
    ("ko", 0xAC00, 0xD7AF),
    ("zh", 0x4E00, 0x9FFF),
    ("ru", 0x0400, 0x04FF),
    ("el", 0x0370, 0x03FF),
    ("he", 0x0590, 0x05FF),
    ("ar", 0x0600, 0x06FF),
    ("hi", 0x0900, 0x097F),
    ("th", 0x0E00, 0x0E7F),
)
"""Language, first and last code point of its script; Japanese before Chinese, whose signs it shares."""

WORDS = {
    "en": "the and of to a an in for with your you about this is are on from study survey how what minute minutes task",
    "fr": "le la les des du de un une et en pour avec votre vous sur ce cette est sont dans étude sondage enquête aux",
    "de": "der die das und ein eine für mit ihre sie von zu im in über auf ist sind studie umfrage den dem zur zum",
    "es": "el la los las de del un una y en para con su usted sobre este esta es son estudio encuesta por que",
    "it": "il lo la gli le di del della un una e in per con il tuo su questo questa è sono studio sondaggio che",
    "pt": "o a os as de do da um uma e em para com seu sua sobre este esta é são estudo pesquisa por que não",
    "nl": "de het een en van in voor met uw je over dit deze is zijn op onderzoek vragenlijst te bij",
    "pl": "i w z na do o dla twoje ty to jest są badanie ankieta oraz się nie jak czy",
}
LANGUAGES = (*WORDS, *(name for name, _, _ in SCRIPTS))
_SETS = {language: frozenset(words.split()) for language, words in WORDS.items()}
_WORD = re.compile(r"[^\W\d_]+")
_LEAST_SIGNS = 2


def language_of(title: str) -> str:
    """The language of a title as a code of LANGUAGES, "" where too little says so or two say so alike.

    >>> language_of("A survey about the news"), language_of("Étude sur les écrans"), language_of("Qualtrics 2")
    ('en', 'fr', '')
    """
    for language, first, last in SCRIPTS:
        if sum(first <= ord(letter) <= last for letter in title) >= _LEAST_SIGNS:
            return language
    words = [word.casefold() for word in _WORD.findall(title[:300])]
    counts = {language: sum(word in known for word in words) for language, known in _SETS.items()}
    best, other = sorted(counts.items(), key=lambda one: -one[1])[:2]
    return best[0] if best[1] > other[1] else ""
