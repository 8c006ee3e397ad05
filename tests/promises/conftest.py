"""Gives the promises a desk with people, a stand-in provider, and time that can be moved."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests import standin
from tests.services.conftest import Clock, time
from tests.standin import StandIn
from tests.views.conftest import Desk, desk

__all__ = ["Clock", "Desk", "desk", "time"]


@pytest.fixture
def provider() -> Iterator[StandIn]:
    """Return a real server that takes what leaves, and counts it."""
    with standin.running() as made:
        yield made
