"""A program that is killed while it writes: what was acknowledged is there, whole, once each."""

from __future__ import annotations

import signal
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from piecework.store import Store
from piecework.store.backup import damage
from tests.agent.stores import ids

if TYPE_CHECKING:
    from piecework.now import FixedClock
    from piecework.settings import Paths

WRITES_FOR_EVER = """
import itertools, sys
from pathlib import Path
from piecework.now import SystemClock
from piecework.settings import Paths
from piecework.store import NewEvent, Store, append

store = Store.open(Paths(Path(sys.argv[1])), SystemClock())
for number in itertools.count(int(sys.argv[2])):
    fact = NewEvent(id=f"e{number}", at_us=1, recv_us=1, source="page", kind="note", day_platform="d", day_local="d")
    store.write_now(lambda conn: append(conn, fact))
    print(number, flush=True)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="there is no SIGKILL")
def test_nothing_acknowledged_is_lost(paths: Paths, clock: FixedClock) -> None:
    """Five programs, one after the other, each killed in the middle: every number that was printed is in the store."""
    printed = -1
    for life in range(5):
        command = [sys.executable, "-c", WRITES_FOR_EVER, str(paths.data), str(printed + 1)]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as writing:
            assert writing.stdout is not None
            for _ in range(40 + 17 * life):
                printed = int(writing.stdout.readline())
            writing.send_signal(signal.SIGKILL)
            printed = max([printed, *(int(line) for line in writing.stdout if line.endswith("\n"))])
        assert -signal.SIGKILL == writing.returncode
        store = Store.open(paths, clock)
        found = ids(store)
        store.close()
        assert {f"e{number}" for number in range(printed + 1)} <= found
        assert printed + 2 >= len(found)
        printed = len(found) - 1
    assert "" == damage(paths.db, quick=False)
