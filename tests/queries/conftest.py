"""Gives query tests the same cast, conversation and clock as service tests."""

from __future__ import annotations

from tests.services.conftest import cast, thread, time

__all__ = ["cast", "thread", "time"]
