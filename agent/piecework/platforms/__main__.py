"""`python -m piecework.platforms --check` or `--format`: definitions and their index, as they are to be written."""

import sys

from piecework.errors import BadDefinition
from piecework.platforms.files import rewrite, stale
from piecework.resources import platforms_dir


def main(arguments: list[str]) -> int:
    """Returns 0 when all is well, 1 with the faults on standard error, 2 for bad usage."""
    if arguments not in (["--check"], ["--format"]):
        sys.stderr.write("usage: python -m piecework.platforms --check | --format\n")
        return 2
    folder = platforms_dir()
    try:
        if arguments == ["--format"]:
            rewrite(folder)
        faults = list(stale(folder))
    except BadDefinition as cause:
        faults = [cause.text]
    for fault in faults:
        sys.stderr.write(fault + "\n")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
