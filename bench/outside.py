"""Other programs, run as a person would: CPU seconds and memory of a process; programs that are missing are fetched."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence


class Run(NamedTuple):
    """One process: its exit code, CPU and wall seconds, most memory in MB, and what it wrote to standard error."""

    code: int
    cpu_s: float
    wall_s: float
    mb: float
    said: str


def run(words: Sequence[str | Path], folder: Path) -> Run:
    """Runs a program to its end; what it prints goes to a file of the folder."""
    errors = folder / "stderr"
    with (folder / "stdout").open("wb") as out, errors.open("wb") as err:
        begun = time.perf_counter()
        process = subprocess.Popen([str(word) for word in words], stdout=out, stderr=err)  # noqa: S603 - our own words
        _, status, used = os.wait4(process.pid, 0)
        wall_s = time.perf_counter() - begun
    process.returncode = os.waitstatus_to_exitcode(status)
    said = errors.read_text(errors="replace")
    return Run(process.returncode, used.ru_utime + used.ru_stime, wall_s, used.ru_maxrss / 1024, said)


def piecework(*words: str | Path) -> list[str | Path]:
    """The words of a command of ours."""
    return [sys.executable, "-m", "piecework", *words]


def hledger() -> Path | None:
    """hledger, installed by apt where it is missing and we may; None where it can't be had."""
    if shutil.which("hledger") is None:
        how = [] if os.geteuid() == 0 else ["sudo", "-n"]
        subprocess.run([*how, "apt-get", "install", "-y", "-qq", "hledger"], capture_output=True, check=False)  # noqa: S603 - fixed words
    found = shutil.which("hledger")
    return None if found is None else Path(found)


def bean_query(folder: Path) -> Path | None:
    """bean-query in an environment of its own in the folder; None where it can't be had."""
    made = folder / "beans"
    pip: list[str | Path] = [made / "bin" / "pip", "install", "-q", "beancount>=3,<4", "beanquery<1"]
    venv: list[str | Path] = [sys.executable, "-m", "venv", made]
    for words in (venv, pip):
        if subprocess.run(words, capture_output=True, check=False).returncode:  # noqa: S603 - the same
            return None
    return made / "bin" / "bean-query"
