"""Promise 4: a correction run lists exactly the conversations that were told the retracted version."""

from __future__ import annotations

from typing import Any

import pytest

from tests import approving, corrected, factories
from tests.promises import acting
from tests.standin import Answer, StandIn
from tests.views.conftest import Desk
from webcare import db
from webcare.queries.inboxes import InboxRow
from workers import correcting

pytestmark = pytest.mark.usefixtures("clean_redis")


@pytest.fixture
def inbox(desk: Desk, provider: StandIn) -> InboxRow:
    with db.transaction() as session:
        number = factories.activated(session, desk.cast.dev).id
        factories.fact(session, desk.cast.dev, number, corrected.KEY, said=corrected.WRONG)
        factories.fact(session, desk.cast.dev, number, "next_update_at")
    return acting.outlet(desk, provider)


def _told(desk: Desk, inbox: InboxRow, by: str) -> int:
    """Let a contact ask and be answered with the facts of this moment."""
    talk = acting.hear(desk, inbox, "Is ZZ610 going?", by=by, language="en")
    filled = acting.fill(desk.cast.amina, talk, approving.STATUS)
    assert acting.answer(desk.browser(desk.cast.amina), talk, filled).status_code == 201
    return talk


def _without_facts(desk: Desk, inbox: InboxRow, by: str) -> int:
    talk = acting.hear(desk, inbox, "Is ZZ610 going?", by=by)
    assert acting.answer(desk.browser(desk.cast.amina), talk, "Which date do you mean?").status_code == 201
    return talk


def _run(desk: Desk, activation_id: int, version: int) -> list[int]:
    """Start a run on the screen and return the conversations that it lists."""
    form: dict[str, Any] = {"activation_id": activation_id, "key": corrected.KEY, "version": version}
    where = desk.browser(desk.cast.dev).post("/corrections", form).headers["Location"]
    correcting.drain()
    listed = desk.browser(desk.cast.dev).json(f"{where}/notices")["notices"]
    return sorted(each["conversation_id"] for each in listed)


def test_it_lists_who_was_told_that_version_and_nobody_else(
    desk: Desk, inbox: InboxRow, provider: StandIn
) -> None:
    ((number,),) = acting.rows("SELECT id FROM activations")
    wrong = [_told(desk, inbox, by) for by in ("one", "two", "three")]
    _without_facts(desk, inbox, "four")
    acting.hear(desk, inbox, f"Somebody told me {corrected.WRONG['en']}, is that so?", by="five")
    acting.work()
    provider.answers = [Answer(404, {})]
    _told(desk, inbox, "six")
    acting.work()
    with db.transaction() as session:
        factories.fact(session, desk.cast.dev, number, corrected.KEY, said=corrected.RIGHT)
    later = _told(desk, inbox, "seven")
    acting.work()
    assert _run(desk, number, 1) == wrong
    path = f"/facts/{number}/{corrected.KEY}/retraction"
    assert desk.browser(desk.cast.dev).post(path, {"why": "misread the list"}).status_code == 303
    assert _run(desk, number, 2) == [later]
