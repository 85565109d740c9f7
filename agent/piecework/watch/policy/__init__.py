"""When to look at which list: pure, seconds in and seconds out, standard library only."""

from piecework.watch.policy.outlook import Outlook, Pace
from piecework.watch.policy.pacer import Policy
from piecework.watch.policy.spec import ListSpec

__all__ = ["ListSpec", "Outlook", "Pace", "Policy"]
