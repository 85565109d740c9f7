"""Key names as the DOM's `KeyboardEvent.key` spells them, turned into what each protocol wants."""

from __future__ import annotations

from typing import NamedTuple

from piecework.errors import BrowserFailed

_MODIFIERS = {"Alt": 1, "Control": 2, "Meta": 4, "Shift": 8}
_TYPES = {"Enter": "\r", "Tab": "", "Space": " "}
# name: (Windows virtual key code, WebDriver's code point); UI Events and WebDriver §17.4.2.
_NAMED = {
    "Backspace": (8, "\ue003"),
    "Tab": (9, "\ue004"),
    "Enter": (13, "\ue007"),
    "Escape": (27, "\ue00c"),
    "Space": (32, " "),
    "PageUp": (33, "\ue00e"),
    "PageDown": (34, "\ue00f"),
    "End": (35, "\ue010"),
    "Home": (36, "\ue011"),
    "ArrowLeft": (37, "\ue012"),
    "ArrowUp": (38, "\ue013"),
    "ArrowRight": (39, "\ue014"),
    "ArrowDown": (40, "\ue015"),
    "Delete": (46, "\ue017"),
    "Shift": (16, "\ue008"),
    "Control": (17, "\ue009"),
    "Alt": (18, "\ue00a"),
    "Meta": (91, "\ue03d"),
    **{f"F{number}": (111 + number, chr(0xE030 + number)) for number in range(1, 13)},
}


class Chord(NamedTuple):
    """One key with the modifiers held, as the DevTools protocol takes it."""

    key: str
    text: str
    code: str
    modifiers: int


def split(combo: str) -> list[str]:
    """The keys of "Control+Shift+t" in the order pressed; "+" itself is a key when it stands last."""
    if combo.endswith("+"):
        return [*(part for part in combo[:-1].rstrip("+").split("+") if part), "+"]
    return combo.split("+")


def chords(combo: str) -> list[Chord]:
    """The last key of `combo` with the others held; a lone key has no modifiers."""
    *held, key = split(combo)
    if unknown := [name for name in held if name not in _MODIFIERS]:
        raise BrowserFailed(f"{unknown[0]} in {combo} is no modifier; there are {', '.join(_MODIFIERS)}")
    modifiers = sum(_MODIFIERS[name] for name in held)
    # With Control, Alt or Meta held a key types nothing.
    typed = _TYPES.get(key, key if len(key) == 1 else "") if not modifiers & ~_MODIFIERS["Shift"] else ""
    return [Chord(" " if key == "Space" else key, typed, _code(key), modifiers)]


def code_points(combo: str) -> list[str]:
    """WebDriver's characters for the keys of `combo`, in the order pressed."""
    chords(combo)
    return [_NAMED[key][1] if key in _NAMED else key for key in split(combo)]


def windows_code(key: str) -> int:
    """The virtual key code Chromium wants beside the name; 0 when it needs none."""
    if key in _NAMED:
        return _NAMED[key][0]
    return ord(key.upper()) if key.isascii() and key.isalnum() else 0


def _code(key: str) -> str:
    if len(key) == 1 and key.isascii() and key.isalpha():
        return f"Key{key.upper()}"
    return f"Digit{key}" if key.isdigit() else key
