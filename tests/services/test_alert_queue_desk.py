"""Without Slack the desks hear of alerts that changed, and of nothing else."""

from __future__ import annotations

from collections.abc import Iterable

import pytest
from sqlalchemy.orm import Session

from webcare import live
from webcare.services import alert_queue, alerts
from webcare.services.alerts import Alert

pytestmark = pytest.mark.usefixtures("clean_database")


def test_the_desks_hear_only_of_what_changed(session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    alerts.raise_(session, Alert("next_update.due", "crisis", "It is late.", "k"))
    told: list[list[int]] = []

    def hear(_session: Session, _noun: str, ids: Iterable[int] = ()) -> None:
        told.append(list(ids))

    monkeypatch.setattr(live, "tell", hear)
    assert alert_queue.to_desk(session) == 1
    assert alert_queue.to_desk(session) == 0
    assert [len(each) for each in told] == [1]
