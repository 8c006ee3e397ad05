"""Alerts say number, level, intent and time; never the words of a contact, never Slack's own markup."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from webcare.domain import alerts
from webcare.domain.alerts import Waiting

NOON = datetime(2026, 4, 15, 12, 0, tzinfo=UTC)


def test_u0_and_u1_read_as_the_duty_table_says() -> None:
    grave = Waiting(8812, ("safety_threat", "other"), "en", timedelta(seconds=40))
    assert alerts.u0_received(grave).startswith("U0 safety_threat #8812, unread 0:40.")
    medical = Waiting(8820, ("medical",), "nl", timedelta(minutes=5, seconds=20))
    assert alerts.u1_unclaimed(medical) == "U1 medical #8820 waiting 5 min, nl."


def test_a_promise_is_a_time_with_its_zone() -> None:
    assert alerts.at(NOON, ZoneInfo("Europe/Amsterdam")) == "14:00 CEST"
    assert "15 min left" in alerts.update_due(NOON + timedelta(minutes=15), NOON)
    assert alerts.update_due(NOON, NOON).endswith("That is now.")
    assert "5 min late" in alerts.update_due(NOON - timedelta(minutes=5), NOON)


def test_a_rehearsal_is_never_announced_as_real() -> None:
    assert "Rehearsal" in alerts.activated("Volcanic ash", 2, "Dev", None, real=False)
    assert "Rehearsal" not in alerts.activated("Volcanic ash", 2, "Dev", NOON, real=True)


@pytest.mark.parametrize(("count", "ending"), [(1, "late."), (3, "late. (3x)")])
def test_what_was_merged_is_counted(count: int, ending: str) -> None:
    assert alerts.counted("It is late.", count) == f"It is {ending}"


def test_slacks_control_characters_are_harmless() -> None:
    assert alerts.escaped("<!channel> & <@U1>") == "&lt;!channel&gt; &amp; &lt;@U1&gt;"
