"""The doors to the world: small protocols, named for a role. Adapters stand behind them, fakes in tests."""

from ai_coder.ports.code import Forge, SourceTree
from ai_coder.ports.doors import Ports
from ai_coder.ports.place import ChatModel, Clock, Host
from ai_coder.ports.sandbox import Box, BoxFile, Sandbox
from ai_coder.ports.switches import Switches
from ai_coder.ports.talk import Checks, Reaction, ReactionName, Reviews, Tracker

__all__ = [
    "Box",
    "BoxFile",
    "ChatModel",
    "Checks",
    "Clock",
    "Forge",
    "Host",
    "Ports",
    "Reaction",
    "ReactionName",
    "Reviews",
    "Sandbox",
    "SourceTree",
    "Switches",
    "Tracker",
]
