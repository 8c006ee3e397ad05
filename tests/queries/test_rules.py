"""An activation decides about a conversation if and only if it covers it; without any, the base holds."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, and_, event, select, update
from sqlalchemy.orm import Session

from tests import factories
from tests.factories import Cast
from webcare import db
from webcare.domain.coverage import Coverage
from webcare.domain.urgency import Urgency
from webcare.models import Activation, Conversation
from webcare.queries import covered, inboxes, rules
from webcare.queries.running import Place

BOOKS = ("volcanic-ash", "it-outage", "data-breach")
LANGUAGES, LABELS = ("nl", "de", "en"), ("gold", "group tour")
OWN = ("nl", "de", "fr", "und")


@pytest.fixture
def running(session: Session, cast: Cast) -> list[int]:
    """Put three playbooks in force."""
    return [factories.activated(session, cast.dev, book).id for book in BOOKS]


@pytest.fixture
def boxes(session: Session) -> list[int]:
    return [factories.inbox(session) for _ in range(3)]


def scopes(session: Session, numbers: list[int], plain: list[dict[str, Any]]) -> None:
    """Give each activation its scope, as if it had been activated with it."""
    for number, scope in zip(numbers, plain, strict=True):
        session.execute(update(Activation).where(Activation.id == number).values(scope=scope))
    rules.forget(session)


def is_covered(scope: dict[str, Any], place: Place) -> bool:
    """Return what a scope means, in other words than the product's."""
    inbox = scope.get("inboxes", [])
    language = scope.get("languages", [])
    label = scope.get("labels", [])
    is_in = inbox == [] or inbox.count(place.inbox_id) > 0
    is_spoken = language == [] or language.count(place.language) > 0 or place.language == "und"
    return is_in and is_spoken and (label == [] or any(label.count(each) for each in place.labels))


def some(values: Any, most: int = 2) -> st.SearchStrategy[list[Any]]:
    return st.lists(st.sampled_from(values), unique=True, max_size=most)


SCOPES = st.fixed_dictionaries(
    {}, optional={"inboxes": some((0, 1, 2)), "languages": some(LANGUAGES), "labels": some(LABELS)}
)
SPOTS = st.tuples(st.sampled_from((0, 1, 2)), st.sampled_from(OWN), some(LABELS))


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(plain=st.lists(SCOPES, min_size=3, max_size=3), spot=SPOTS)
def test_an_activation_decides_if_and_only_if_its_scope_covers(
    session: Session, running: list[int], boxes: list[int], plain: list[dict[str, Any]], spot: Any
) -> None:
    named = [{**each, "inboxes": [boxes[n] for n in each.get("inboxes", [])]} for each in plain]
    scopes(session, running, named)
    place = Place(boxes[spot[0]], spot[1], tuple(spot[2]))
    expected = [number for number, scope in zip(running, named, strict=True) if is_covered(scope, place)]
    held = rules.in_force(session, place)
    assert sorted(held.activation_ids) == expected
    assert [each.slug for each in held.playbooks] == (
        [BOOKS[running.index(number)] for number in reversed(expected)] or ["base"]
    )
    for level in Urgency:
        asked = [getattr(book.due_minutes, level.name) for book in held.playbooks]
        assert held.due_minutes[level] == min(asked)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(scope=SCOPES, spot=SPOTS)
def test_the_database_and_the_domain_agree_about_what_is_covered(
    session: Session, boxes: list[int], scope: dict[str, Any], spot: Any
) -> None:
    coverage = Coverage.of({**scope, "inboxes": [boxes[n] for n in scope.get("inboxes", [])]})
    row = factories.conversation(session, inbox_id=boxes[spot[0]], language=spot[1], labels=spot[2])
    asked = select(Conversation.id).where(and_(Conversation.id == row.id, covered.condition(coverage)))
    assert (session.scalar(asked) is not None) == coverage.covers(row)


def test_asking_for_many_conversations_is_one_small_query(
    session: Session, running: list[int], boxes: list[int]
) -> None:
    scopes(session, running, [{"inboxes": boxes[:1]}, {"languages": ["nl"]}, {}])
    for spot in ((box, language) for box in boxes for language in OWN):
        rules.in_force(session, Place(*spot))
    rules.forget(session)
    asked: list[str] = []

    def catch(_c: object, _cursor: object, statement: str, *_rest: object) -> None:
        asked.append(statement)

    engine: Engine = db.engine()
    event.listen(engine, "before_cursor_execute", catch)
    for spot in ((box, language) for box in boxes for language in OWN):
        rules.in_force(session, Place(*spot))
    event.remove(engine, "before_cursor_execute", catch)
    assert len(asked) == 1


def test_a_rehearsal_stands_under_its_own_activation_only(
    session: Session, cast: Cast, boxes: list[int]
) -> None:
    real = factories.activated(session, cast.dev)
    rehearsal = factories.activated(session, cast.dev, "it-outage", mode="rehearsal")
    place = Place(boxes[0], "nl", (), rehearsal.id)
    assert rules.in_force(session, place).activation_ids == (rehearsal.id,)
    assert rules.in_force(session, Place(boxes[0])).activation_ids == (real.id,)


def test_an_inbox_can_be_asked_before_it_has_a_conversation(
    session: Session, running: list[int], boxes: list[int]
) -> None:
    scopes(session, running, [{"inboxes": [boxes[0]]}, {"languages": ["de"]}, {"labels": ["gold"]}])
    row = inboxes.by_ids(session, boxes)[boxes[0]]
    assert sorted(rules.in_force(session, row).activation_ids) == running[:2]
