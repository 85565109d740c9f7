"""The words of the pages are the words of every part: `piecework.words`."""

from piecework.words import LANGUAGES, Words, choose_language, words_in

__all__ = ["LANGUAGES", "Words", "choose_language", "words_in"]
