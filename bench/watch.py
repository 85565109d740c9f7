"""Fifty lists of a hundred tasks every three seconds, through the real link: how late, how evenly, at what cost.

The agent and the simulated extension are processes of their own. Latency is from a task's appearing on the site to the
order to show it; half the interval of it is waiting for the next look. The interval is from one kept look to the next.
Then five such lists in tabs of real browsers (`lists.py`), unless --no-browser leaves them out.
"""

from __future__ import annotations

import asyncio
import json
import sys
from typing import TYPE_CHECKING, Any

import psutil

from bench import lists
from bench.agent import running_agent
from bench.result import Check, Peer, Result, percentile
from bench.rig import kinds
from bench.startup import cpu_now
from piecework.link.command import run_command

if TYPE_CHECKING:
    import argparse

    from bench.agent import Running

LISTS = 50
ROWS = 100
EVERY_S = 3.0
SECONDS = 120.0
BROWSER_S = 100.0
PEER = "changedetection.io 0.60.10 (recorded, another run)"
RECORDED = {"latency": 3.6, "interval": 6.3, "cpu": 56.0, "memory": 137.0}


async def simulate(agent: Running, seconds: float) -> dict[str, Any]:
    """Runs the simulated extension; returns what it says."""
    issued: dict[str, Any] = await run_command(agent.paths, "pair.issue", {"name": "bench"})
    order = {"port": agent.port, "lists": LISTS, "rows": ROWS, "every_s": EVERY_S, "seconds": seconds}
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bench.watcher", stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE
    )
    out, _ = await process.communicate(json.dumps(order | issued).encode() + b"\n")
    told: dict[str, Any] = json.loads(out)
    return told


async def measure(seconds: float) -> Result:
    """All figures of this bench."""
    async with running_agent() as agent:
        before = cpu_now(agent.pid)
        told = await simulate(agent, seconds)
        spent = cpu_now(agent.pid) - before
        memory = psutil.Process(agent.pid).memory_info().rss / 1e6
    late, gap = percentile(told["late"], 0.5), percentile(told["gaps"], 0.9)
    cpu = spent / told["looks"] * 1000
    return Result(
        "watch",
        [
            Check(f"appearing to alert, {LISTS} lists of {ROWS} every {EVERY_S:g} s, median", late, "s", 1.7),
            Check("appearing to alert, p90", percentile(told["late"], 0.9), "s"),
            Check("real interval of a list, p90", gap, "s", 3.2),
            Check("real interval of a list, p50", percentile(told["gaps"], 0.5), "s"),
            Check(f"seen and not told, of {told['seen']}", told["untold"], "tasks", 0),
            Check("CPU of the agent for 1,000 looks", cpu, "s", 5),
            Check("memory of the agent at the end", memory, "MB", 80),
            Check("looks", told["looks"], "looks"),
        ],
        [
            Peer(PEER, "latency p50, s", RECORDED["latency"], late / RECORDED["latency"]),
            Peer(PEER, "real interval p90, s", RECORDED["interval"], gap / RECORDED["interval"]),
            Peer(PEER, "CPU s for 1,000 checks", RECORDED["cpu"], cpu / RECORDED["cpu"]),
            Peer(PEER, "memory, MB", RECORDED["memory"], memory / RECORDED["memory"]),
        ],
    )


async def in_browsers(told: argparse.Namespace, result: Result) -> None:
    """Adds the part that needs real browsers."""
    if told.no_browser:
        result.notes.append("The lists in real browsers were left out.")
        return
    for kind in kinds(told):
        result.checks += await lists.measure(kind, 15.0 if told.quick else BROWSER_S)


def run(told: argparse.Namespace) -> Result:
    """The bench, as `python -m bench watch` calls it."""
    result = asyncio.run(measure(15.0 if told.quick else SECONDS))
    asyncio.run(in_browsers(told, result))
    return result
