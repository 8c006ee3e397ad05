"""Keeps the programs of `webcare up` running: forks them, starts again what dies, stops all in order."""

from __future__ import annotations

from webcare.supervisor.child import Child
from webcare.supervisor.keeper import run

__all__ = ["Child", "run"]
