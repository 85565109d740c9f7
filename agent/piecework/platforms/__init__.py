"""Platform definitions: data, never code, read from shared/platforms (and a folder of the person's own)."""

from piecework.platforms.check import check, check_all
from piecework.platforms.definition import Listing, Platform
from piecework.platforms.files import find_platform, load_platforms
from piecework.platforms.names import Named, load_names

__all__ = ["Listing", "Named", "Platform", "check", "check_all", "find_platform", "load_names", "load_platforms"]
