"""What the tests of the whole path stand on: one browser of a kind per worker, everything else fresh for each test."""

from tests.e2e.harness.extension import Calls, kept, renew, stand_in
from tests.e2e.harness.rig import NOBODY, Rig, Screen, cli

__all__ = ["NOBODY", "Calls", "Rig", "Screen", "cli", "kept", "renew", "stand_in"]
