"""Those who mean harm: pages, another extension, a program on the agent's port, and what they try."""

from tests.e2e.evil.field import SETTINGS, Field, Setting, field_of
from tests.e2e.evil.tap import Seen, Tap

__all__ = ["SETTINGS", "Field", "Seen", "Setting", "Tap", "field_of"]
