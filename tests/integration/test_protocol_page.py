"""docs/protocol.md is true: its program runs, its codes are the agent's."""

import asyncio
import json
import re
import sys
from pathlib import Path

import pytest

from piecework.app import Agent
from piecework.control import run
from piecework.link import handshake
from piecework.protocol.kinds import AGENT_ONLY
from tests.integration.rig import rows


@pytest.fixture
def page(checkout: Path) -> str:
    """The text of the page."""
    return (checkout / "docs" / "protocol.md").read_text(encoding="utf-8")


async def test_the_client_on_the_page_works_as_it_stands(agent: Agent, page: str) -> None:
    """With nothing but the answer of `pair --issue` and the package it names."""
    (program,) = re.findall(r"```python\n(.*?)```", page, re.DOTALL)
    issued = await run(agent.services, "pair.issue", {"name": "test"})
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-I", "-c", program, stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE
    )
    async with asyncio.timeout(20):
        said, _ = await process.communicate(json.dumps(issued).encode())

    assert b"durable" == said.strip()
    assert ['{"text":"hello"}'] == [row["body"] for row in rows(agent, "SELECT body FROM event WHERE kind = 'note'")]


@pytest.mark.parametrize(
    "code",
    [
        handshake.MISDIRECTED,
        handshake.FORBIDDEN,
        handshake.NOT_PAIRED,
        handshake.REVOKED,
        handshake.TOO_OLD,
        handshake.TRY_LATER,
        handshake.TOO_BIG,
        handshake.REPLACED,
    ],
)
def test_every_code_is_explained(page: str, code: int) -> None:
    """A client that meets it can look it up."""
    assert f"| {code} |" in page


def test_the_agents_own_kinds_are_named(page: str) -> None:
    """All that are refused."""
    assert [] == [kind for kind in AGENT_ONLY if f"`{kind}`" not in page]
