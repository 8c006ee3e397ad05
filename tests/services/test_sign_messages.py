"""Raises the alerts that playbooks name for what people write: clusters, and somebody in need."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests import factories
from tests.factories import Cast
from tests.services.conftest import Clock
from tests.signs_stage import Stage, crisis, noon, stage, told, writes
from webcare.models import Alert

__all__ = ["noon", "stage"]

CLUSTERS = [
    ("it-outage", "second_wave.detected", "complaint", 10, ""),
    ("strike-own-staff", "moderation.flood", "human_triage", 10, "people attack each other over the strike"),
    ("severe-weather", "hall.overnight", "no_money_shelter", 10, ""),
    ("data-breach", "phish.wave", "spam_scam", 5, ""),
    ("service-outage-energy", "cold.cluster", "no_money_shelter", 5, "a person in a home without heating"),
    ("service-outage-telecom", "emergency.unreachable", "emergency_unreachable", 1, ""),
    ("service-outage-telecom", "care_alarm.cluster", "medical", 3, "depends on an alarm button"),
    ("product-recall", "unknown_batch.cluster", "recall_question", 10, ""),
    ("product-recall", "resale.seen", "retailer", 3, ""),
]


@pytest.mark.parametrize("case", CLUSTERS)
def test_so_many_messages_are_told_and_fewer_are_not(stage: Stage, case: tuple[Any, ...]) -> None:
    session, cast, noon = stage
    playbook, kind, intent, count, says = case
    number = crisis(session, cast, playbook)
    if kind == "second_wave.detected":
        factories.fact(session, cast.dev, number, "restored_at")
    noon.forward(minutes=1)
    writes(session, cast, intent, count - 1, says=says)
    if says:
        writes(session, cast, intent, count)
    assert told(session, kind) == []
    writes(session, cast, intent, says=says)
    (text,) = told(session, kind)
    assert "?" not in text.replace("still for sale anywhere?", "").replace("warm place?", "")
    assert told(session, kind) == [text]


def test_nothing_is_a_second_wave_before_something_was_restored(
    session: Session, cast: Cast, noon: Clock
) -> None:
    crisis(session, cast, "it-outage")
    noon.forward(minutes=1)
    writes(session, cast, "complaint", 20)
    assert told(session, "second_wave.detected") == []


PEOPLE = [
    ("volcanic-ash", "um.unescorted", "unaccompanied_minor", 1, ""),
    ("safety-incident", "family.message", "missing_person_family", 1, ""),
    ("safety-incident", "graphic.content", "graphic_content", 2, ""),
    ("service-outage-energy", "gas.smell", "gas_smell", 0, ""),
    ("service-outage-energy", "device.without_power", "medical", 1, "a device is without power"),
    ("product-recall", "injury.report", "recall_injury", 0, ""),
]


@pytest.mark.parametrize("case", PEOPLE)
def test_somebody_in_need_is_told_until_somebody_claims(stage: Stage, case: tuple[Any, ...]) -> None:
    session, cast, noon = stage
    playbook, kind, intent, level, says = case
    crisis(session, cast, playbook)
    one = factories.conversation(
        session, cast.team_id, intents=[intent], urgency=level, reasons=[{"code": "cue", "words": says}]
    )
    (text,) = told(session, kind)
    assert f"#{one.id}" in text
    assert "flight ZZ123" not in text, "No alert carries the words of a contact."
    noon.forward(minutes=6)
    assert len(told(session, kind)) == 1, "Still queued: the next one is counted into it."
    assert session.scalar(select(Alert.count).where(Alert.kind == kind)) == 2
    one.assignee_id = cast.amina.agent_id
    noon.forward(minutes=6)
    told(session, kind)
    assert session.scalar(select(Alert.count).where(Alert.kind == kind)) == 2
