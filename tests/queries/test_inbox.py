"""The list is complete, in order, page by page, for whoever may see it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from sqlalchemy import update
from sqlalchemy.orm import Session

from tests import factories
from tests.factories import Cast
from tests.services.conftest import Clock
from webcare.domain.rights import Who
from webcare.errors import Refused
from webcare.models import Conversation, Delivery
from webcare.queries import inbox
from webcare.queries.inbox import ConversationRow, Order, Tab, View
from webcare.services import assignment, delivery
from webcare.services.delivery import Submission


@pytest.fixture
def crowd(session: Session, cast: Cast, time: Clock) -> list[int]:
    """Return 60 conversations of every level, of both teams and of nobody; some share their times."""
    teams = (cast.team_id, None, cast.other_team_id)
    made = []
    for number in range(60):
        at = time.at - timedelta(minutes=number // 4)
        due = at + timedelta(minutes=60)
        values = {"urgency": number % 5, "at": at, "due_at": due}
        made.append(factories.conversation(session, teams[number % 3], **values).id)
    return made


def pages(session: Session, who: Who, tab: Tab, order: Order) -> Iterator[ConversationRow]:
    after = None
    while True:
        page = inbox.rows(session, who, View(tab, order, after, limit=7))
        yield from page.rows
        after = page.next
        if after is None:
            return


@pytest.mark.parametrize("order", ["urgency", "waiting", "newest"])
@pytest.mark.parametrize("name", ["amina", "vera", "dev", "ada", "olga"])
def test_pages_hold_every_visible_row_once_and_in_order(
    session: Session, cast: Cast, crowd: list[int], name: str, order: Order
) -> None:
    who = cast.named(name)
    found = list(pages(session, who, "all", order))
    seen = {row.id for row in found}
    assert len(found) == len(seen)
    teams = (
        {None, cast.team_id}
        if name in {"amina", "vera", "olga"}
        else {None, cast.team_id, cast.other_team_id}
    )
    lowest = 3 if name == "vera" else 0
    wanted = [session.get_one(Conversation, number) for number in crowd]
    assert seen == {row.id for row in wanted if row.team_id in teams and row.urgency >= lowest}
    keys = [_key(row, order) for row in found]
    assert keys == sorted(keys, reverse=order == "newest")


def _key(row: ConversationRow, order: Order) -> tuple[object, ...]:
    if order == "urgency":
        return (row.urgency, row.due_at, row.id)
    return (row.waiting_since, row.id) if order == "waiting" else (row.last_message_at, row.id)


def test_tabs_and_their_counts(session: Session, cast: Cast, crowd: list[int]) -> None:
    for number in (crowd[0], crowd[1]):
        assignment.claim(session, cast.amina, number)
    assignment.claim(session, cast.bram, crowd[3])
    mine = {row.id for row in pages(session, cast.amina, "mine", "waiting")}
    free = {row.id for row in pages(session, cast.amina, "unassigned", "urgency")}
    assert mine == {crowd[0], crowd[1]}
    assert not free & {crowd[0], crowd[1], crowd[3]}
    counts = inbox.counts(session, cast.amina)
    assert (counts.mine, counts.unassigned, counts.all) == (2, 37, 40)


def test_counting_stops_at_a_thousand(
    session: Session, cast: Cast, crowd: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(inbox, "COUNTED", 25)
    assert inbox.counts(session, cast.amina).all == 25


@pytest.mark.parametrize(
    "cursor",
    [
        "",
        "u",
        "u_1",
        "w_1_2_3",
        "n_1_2",
        "u_1_2_x",
        "u_1_2_3'; --",
        "u_99999999_1_1",
        "u_1_-9_1",
        "u_1_2_" + "9" * 40,
    ],
)
def test_a_damaged_cursor_is_refused(session: Session, cast: Cast, cursor: str) -> None:
    with pytest.raises(Refused, match="first page"):
        inbox.rows(session, cast.amina, View(after=cursor))


def test_a_row_says_who_owns_it_and_whether_a_reply_is_in_doubt(
    session: Session, cast: Cast, thread: Conversation
) -> None:
    assignment.claim(session, cast.amina, thread.id)
    row = inbox.row(session, cast.bram, thread.id)
    assert (row.assignee_name, row.assignee_initials, row.contact_name) == ("Amina", "AM", "Eve Example")
    assert (row.has_unknown_delivery, row.is_rehearsal, row.inbox_name) == (False, False, "Polder Air")
    sent = delivery.submit(session, cast.amina, Submission(thread.id, 1, "t", "hello"))
    session.execute(update(Delivery).where(Delivery.id == sent.delivery_id).values(state="unknown"))
    assert inbox.row(session, cast.bram, thread.id).has_unknown_delivery
    assert thread.id in {each.id for each in inbox.undecided(session, cast.bram, 200)}
    assert thread.id not in {each.id for each in inbox.undecided(session, cast.carla, 200)}
