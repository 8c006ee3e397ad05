"""Starts PostgreSQL and Valkey from Python wheels when no address is set."""

from __future__ import annotations

from webcare.embedded.engines import Engines, running, start
from webcare.embedded.trouble import EngineTrouble

__all__ = ["EngineTrouble", "Engines", "running", "start"]
