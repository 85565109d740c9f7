"""The agent as one thing: `await Agent.start(folder)` in a program, `serve(ServeOptions(...))` as a command."""

from piecework.app.agent import PORTS, Agent, ServeOptions, Tuning, serve

__all__ = ["PORTS", "Agent", "ServeOptions", "Tuning", "serve"]
