"""What it costs to be there: CPU of `--help`, CPU of `run` until ready, memory and CPU of an idle agent."""

from __future__ import annotations

import asyncio
import resource
import subprocess
import sys
from typing import TYPE_CHECKING

import psutil

from bench.agent import running_agent
from bench.result import Check, Result, percentile

if TYPE_CHECKING:
    import argparse

HELPS = 7
STARTS = 3
IDLE_S = 60


def cpu_of_help() -> float:
    """CPU seconds of one `piecework --help`."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run([sys.executable, "-m", "piecework", "--help"], check=True, stdout=subprocess.DEVNULL)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def cpu_now(pid: int) -> float:
    """CPU seconds a process has used so far."""
    used = psutil.Process(pid).cpu_times()
    return float(used.user + used.system)


async def cpu_to_ready() -> float:
    """CPU seconds `run` has used when it says that it is ready; the store is new."""
    async with running_agent() as agent:
        return cpu_now(agent.pid)


async def idle(seconds: int) -> tuple[float, float]:
    """CPU seconds a minute and memory in MB of an agent that serves one silent client."""
    async with running_agent() as agent, await agent.client():
        await asyncio.sleep(5 if seconds < IDLE_S else 10)
        before = cpu_now(agent.pid)
        await asyncio.sleep(seconds)
        spent = (cpu_now(agent.pid) - before) * 60 / seconds
        return spent, psutil.Process(agent.pid).memory_info().rss / 1e6


def run(told: argparse.Namespace) -> Result:
    """The bench, as `python -m bench startup` calls it."""
    helps = [cpu_of_help() for _ in range(2 if told.quick else HELPS)]
    starts = [asyncio.run(cpu_to_ready()) for _ in range(1 if told.quick else STARTS)]
    spent, memory = asyncio.run(idle(5 if told.quick else IDLE_S))
    return Result(
        "startup",
        [
            Check("piecework --help, CPU, median", percentile(helps, 0.5), "s", 0.25),
            Check("piecework run to ready, CPU, median", percentile(starts, 0.5), "s", 1.5),
            Check("idle with one client, memory", memory, "MB", 60),
            Check("idle with one client, CPU a minute", spent, "s", 0.1),
        ],
    )
