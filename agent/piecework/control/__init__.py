"""What a running agent shares, and the commands that change something.

`Services` is handed to link and dashboard. `run(services, name, args)` does one command: in the agent, asked over
the link by the command line, or in the command line's own process where no agent runs (`offline`).
"""

from piecework.control.bus import TOPICS, Bus, Subscription
from piecework.control.commands import run
from piecework.control.offline import offline
from piecework.control.services import Desk, Hub, PairRequest, PlainAddresses, Services, Sessions

__all__ = [
    "TOPICS",
    "Bus",
    "Desk",
    "Hub",
    "PairRequest",
    "PlainAddresses",
    "Services",
    "Sessions",
    "Subscription",
    "offline",
    "run",
]
