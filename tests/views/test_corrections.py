"""A lead starts a run from the fact's page, reads the texts, approves once and sees who is left."""

from __future__ import annotations

import pytest
from sqlalchemy import text

from tests import corrected, factories
from tests.corrected import KEY, Mistake
from tests.views.conftest import Browser, Desk
from webcare import db
from webcare.queries import corrections as rows
from workers import correcting

pytestmark = pytest.mark.usefixtures("clean_redis")


@pytest.fixture
def wrong(desk: Desk) -> Mistake:
    with db.transaction() as session:
        made = corrected.mistake(session, desk.cast.dev)
        inbox = factories.inbox(session, options={"outbound_url": "http://127.0.0.1:9/"})
        corrected.tell(session, inbox, made.version_id, 3)
        corrected.retract(session, desk.cast.dev, made)
    return made


def started(lead: Browser, wrong: Mistake) -> str:
    form = {"activation_id": wrong.activation_id, "key": KEY, "version": wrong.version}
    where: str = lead.post("/corrections", form).headers["Location"]
    correcting.drain()
    return where


def approval(where: str) -> dict[str, str]:
    with db.transaction() as session:
        drafted_at = rows.one(session, int(where.rpartition("/")[2])).drafted_at
    assert drafted_at is not None
    return {"drafted_at": drafted_at.isoformat()}


def test_the_facts_page_offers_a_run_to_leads_only(desk: Desk, wrong: Mistake) -> None:
    page = f"/facts/{wrong.activation_id}/{KEY}"
    assert "Start a correction run" in desk.browser(desk.cast.dev).get(page).text
    assert "Start a correction run" not in desk.browser(desk.cast.amina).get(page).text
    with db.transaction() as session:
        factories.fact(session, desk.cast.dev, wrong.activation_id, "area")
    holds = desk.browser(desk.cast.dev).get(f"/facts/{wrong.activation_id}/area").text
    assert "Start a correction run" not in holds


def test_from_the_fact_to_the_last_one(desk: Desk, wrong: Mistake) -> None:
    lead = desk.browser(desk.cast.dev)
    where = started(lead, wrong)
    page = lead.get(where).text
    assert "Approve and send to 3" in page
    assert "We don&#39;t know yet what is right" in page
    assert "Hoi Eve. Rectificatie." in lead.get(where + "/notices").text
    assert lead.post(where + "/approval", approval(where)).status_code == 303
    correcting.drain()
    with db.transaction() as session:
        session.execute(text("UPDATE deliveries SET state = 'sent' WHERE state = 'queued'"))
        session.execute(
            text(
                "UPDATE deliveries SET state = 'failed', words = 'No such box' WHERE message_id ="
                " (SELECT max(outbound_id) FROM correction_notices)"
            )
        )
    page = lead.get(where, **{"HX-Request": "true", "HX-Target": "board"}).text
    assert "2 of 3 told, 1 unreachable" in page
    assert "No such box" in page
    assert lead.post(where + "/end").status_code == 422
    assert lead.post(where + "/end", {"why": "telephoned her"}).status_code == 303
    page = lead.get(where).text
    assert "telephoned her" in page
    assert "2 of 3 told" in lead.get("/corrections").text


def test_programs_read_the_same_figures(desk: Desk, wrong: Mistake) -> None:
    lead = desk.browser(desk.cast.dev)
    made = lead.send(
        "/corrections", {"activation_id": wrong.activation_id, "key": KEY, "version": wrong.version}
    ).json
    assert made is not None
    correcting.drain()
    found = lead.json(f"/corrections/{made['correction_id']}")
    assert found["sentence"] == "0 of 3 told, 3 not sent yet"
    assert (found["run"]["state"], found["reach"]["messages"]) == ("ready", 3)
    assert len(lead.json(f"/corrections/{made['correction_id']}/notices")["notices"]) == 3
    assert lead.json("/corrections")["corrections"][0]["tally"]["drafted"] == 3


def test_a_changed_fact_is_said_and_wants_new_drafts(desk: Desk, wrong: Mistake) -> None:
    lead = desk.browser(desk.cast.dev)
    where = started(lead, wrong)
    with db.transaction() as session:
        corrected.right(session, desk.cast.dev, wrong)
    page = lead.get(where).text
    assert "What is right has changed" in page
    assert "Approve and send" not in page
    assert lead.post(where + "/approval", approval(where)).status_code == 409
    assert lead.post(where + "/drafts").status_code == 303
    assert "Drafting" in lead.get(where).text
    correcting.drain()
    assert "Wednesday 06:00" in lead.get(where).text


@pytest.mark.parametrize("path", ["", "/1", "/1/notices"])
def test_others_see_no_runs(desk: Desk, wrong: Mistake, path: str) -> None:
    started(desk.browser(desk.cast.dev), wrong)
    for who in (desk.cast.amina, desk.cast.vera, desk.cast.olga):
        assert desk.browser(who).get("/corrections" + path).status_code == 403


@pytest.mark.parametrize("path", ["/99", "/99/notices", "/99/notices?after=x", "/999999999999999999"])
def test_a_run_that_is_not_there_is_not_found(desk: Desk, path: str) -> None:
    assert desk.browser(desk.cast.dev).get("/corrections" + path).status_code == 404


def test_odd_forms_are_refused_in_words(desk: Desk, wrong: Mistake) -> None:
    lead = desk.browser(desk.cast.dev)
    where = started(lead, wrong)
    assert lead.post("/corrections", {"activation_id": "x", "key": KEY, "version": 1}).status_code == 400
    assert lead.post(where + "/approval", {"drafted_at": "2026-03-04T09:05:00"}).status_code == 400
    assert lead.post(where + "/approval", {"drafted_at": "2026-03-04T09:05:00Z"}).status_code == 409
    assert lead.get(where + "/notices?after=99999999999999999999999").status_code == 200
