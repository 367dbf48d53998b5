"""Telegram on your own machine: a Bot API server and people to play, for the demo and the tests.

It knows nothing of the bot, which reaches it through its Bot API address alone.
"""

from sandbox.client import SandboxClient, SandboxError
from sandbox.server import Sandbox, create_sandbox

__all__ = ["Sandbox", "SandboxClient", "SandboxError", "create_sandbox"]
