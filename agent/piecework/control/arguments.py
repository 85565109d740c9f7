"""Arguments of a command, as they come from the command line or a page of the dashboard."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

import msgspec

from piecework.errors import BadUsage

if TYPE_CHECKING:
    from collections.abc import Mapping

T = TypeVar("T", bound=msgspec.Struct)


def read(args: Mapping[str, object], kind: type[T]) -> T:
    """The arguments as a struct of their own. Raises BadUsage for one that is missing, unknown or of a wrong type."""
    unknown = sorted(set(args) - {field.name for field in msgspec.structs.fields(kind)})
    if unknown:
        raise BadUsage(f"This command takes no {', '.join(unknown)}.")
    try:
        return msgspec.convert(dict(args), kind)
    except msgspec.ValidationError as cause:
        raise BadUsage(f"{cause}.") from cause
