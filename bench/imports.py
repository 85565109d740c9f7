"""`bench import`: a 100,000-row MTurk Suite backup into an empty store by the command line, and once more.

The command is run as a person runs it, in a process of its own; its memory is that process's peak. The second import
finds that it knows every row. Then an agent imports it while beats come from a browser. `--quick` takes 5,000 rows.
"""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from bench.backups import write_backup
from bench.busy import meanwhile
from bench.result import Check, Result

if TYPE_CHECKING:
    import argparse

ROWS = 100_000
QUICK = 5_000


class Run(NamedTuple):
    """One run of the command: how long, how much of the processor, the most memory in MB, what it answered."""

    seconds: float
    cpu_s: float
    peak_mb: float
    answer: dict[str, Any]


def run_import(path: Path, data: Path) -> Run:
    """`piecework import PATH --json`."""
    words = [sys.executable, "-m", "piecework", "import", str(path), "--data", str(data), "--json"]
    begun = time.perf_counter()
    with tempfile.TemporaryFile() as out:
        process = subprocess.Popen(words, stdout=out)  # noqa: S603 - our own command, with a file we made
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        seconds = time.perf_counter() - begun
        out.seek(0)
        answer: dict[str, Any] = json.load(out)
    return Run(seconds, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024, answer)


def run(told: argparse.Namespace) -> Result:
    """The bench, as `python -m bench import` calls it."""
    rows = QUICK if told.quick else ROWS
    with tempfile.TemporaryDirectory(prefix="piecework-bench-") as folder:
        path = Path(folder) / "backup.json"
        total = write_backup(path, rows)
        first = run_import(path, Path(folder) / "data")
        again = run_import(path, Path(folder) / "data")
        waited = asyncio.run(meanwhile(path))
        size = path.stat().st_size / 1e6
    taken = (first.answer["new"], first.answer["sums"], again.answer["new"], again.answer["known"])
    if taken != (rows, {"USD": total}, 0, rows):
        raise SystemExit(f"the import is wrong: {taken} of {rows} rows and {total}")
    return Result(
        "import",
        [
            Check(f"import of a {rows:,}-row MTurk Suite backup ({size:.0f} MB)", first.seconds, "s", 20),
            Check("its CPU", first.cpu_s, "s"),
            Check("its peak memory", first.peak_mb, "MB", 300),
            Check("the same file again, all of it known", again.seconds, "s", 20),
            Check("longest a beat waited for the writer, while an agent imports it", waited.longest_s, "s"),
        ],
        notes=[f"sums exact: {total / 1e6:,.3f} USD; every row known the second time; {waited.beats} beats"],
    )
