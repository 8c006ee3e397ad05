"""The desk's main road: the list, one conversation, claim, draft, send, and what is said when it fails."""

from __future__ import annotations

from uuid import uuid4

import pytest
from sqlalchemy import text

from tests import factories
from tests.views.conftest import Desk
from webcare import db
from webcare.models import Conversation, Delivery, Message, RawEvent
from webcare.services import assignment

HOSTILE = '<script>alert(1)</script>"><img src=x onerror=alert(1)>'


def reply(**values: str) -> dict[str, str]:
    return {"seen_version": "1", "client_token": str(uuid4()), "text": "A person reads this now.", **values}


def arrives(number: int) -> None:
    with db.transaction() as session:
        found = session.get(Conversation, number)
        assert found
        factories.arrives(session, found, "And my brother is with me")


def outbound(number: int) -> int:
    with db.transaction() as session:
        asked = text("SELECT count(*) FROM messages WHERE conversation_id = :id AND direction = 'outbound'")
        return int(session.execute(asked, {"id": number}).scalar_one())


def test_an_empty_desk_says_that_nobody_waits(desk: Desk) -> None:
    page = desk.browser(desk.cast.amina).get("/conversations")
    assert page.status_code == 200
    assert "Nobody waits for us" in page.text


def test_the_list_shows_urgency_as_colour_and_letter_and_counts_its_tabs(desk: Desk) -> None:
    desk.conversation(urgency=1, preview="insulin in the hold")
    desk.conversation(urgency=3)
    page = desk.browser(desk.cast.amina).get("/conversations?tab=unassigned&order=waiting").text
    assert 'class="urgency urgency-1"' in page
    assert "insulin in the hold" in page
    assert page.count('<li class="row"') == 2


@pytest.mark.parametrize("query", ["tab=evil&order='--", "after=junk", "opened=zzz", "tab=&order="])
def test_an_odd_address_is_never_our_failure(desk: Desk, query: str) -> None:
    assert desk.browser(desk.cast.amina).get(f"/conversations?{query}").status_code in {200, 422}


def test_hostile_names_subjects_and_texts_come_out_as_words(desk: Desk) -> None:
    with db.transaction() as session:
        contact = factories.eve(session, name=HOSTILE)
    number = desk.conversation(contact_id=contact, subject=HOSTILE, preview=HOSTILE)
    with db.transaction() as session:
        found = session.get(Conversation, number)
        assert found
        factories.message(session, found, f"javascript:alert(1) {HOSTILE}")
        found.reasons = [{"code": HOSTILE, "words": HOSTILE}]
    page = desk.browser(desk.cast.amina).get(f"/conversations/{number}").text
    assert "<script>alert" not in page
    assert "<img src=x" not in page
    assert 'href="javascript' not in page
    assert "&lt;script&gt;alert(1)" in page


def test_looking_changes_nothing(desk: Desk) -> None:
    number = desk.conversation()
    desk.browser(desk.cast.amina).get(f"/conversations/{number}")
    with db.transaction() as session:
        found = session.get(Conversation, number)
        assert found
        assert (found.version, found.assignee_id, found.state) == (1, None, "open")


def test_a_volunteer_does_not_open_what_is_urgent(desk: Desk) -> None:
    number = desk.conversation(urgency=1)
    assert desk.browser(desk.cast.vera).get(f"/conversations/{number}").status_code == 404


def test_a_claim_is_taken_once_and_the_loser_reads_who_was_first(desk: Desk) -> None:
    number = desk.conversation()
    first = desk.browser(desk.cast.amina).post(f"/conversations/{number}/assignment")
    assert (first.status_code, first.headers["Location"]) == (303, f"/conversations/{number}")
    second = desk.browser(desk.cast.bram).send(f"/conversations/{number}/assignment", {})
    assert second.status_code == 409
    assert second.content_type == "application/problem+json"
    assert second.json
    assert "Amina" in second.json["detail"]


def test_a_reply_is_sent_once_however_often_the_button_is_pressed(desk: Desk) -> None:
    number = desk.conversation()
    browser, form = desk.browser(desk.cast.amina), reply()
    assert browser.post(f"/conversations/{number}/deliveries", form).status_code == 303
    assert browser.post(f"/conversations/{number}/deliveries", form).status_code == 303
    assert outbound(number) == 1
    assert "queued" in browser.get(f"/conversations/{number}").text


def test_a_reply_that_has_not_seen_everything_is_refused_and_its_text_stays(desk: Desk) -> None:
    number = desk.conversation()
    arrives(number)
    browser = desk.browser(desk.cast.amina)
    page = browser.post(f"/conversations/{number}/deliveries", reply(text="My <long> answer"))
    assert page.status_code == 409
    assert "My &lt;long&gt; answer</textarea>" in page.text
    assert "And my brother is with me" in page.text
    for choice in ("Send anyway", "Edit first", "Discard"):
        assert choice in page.text
    assert outbound(number) == 0
    again = browser.post(f"/conversations/{number}/deliveries", reply(is_anyway="true"))
    assert again.status_code == 303
    assert outbound(number) == 1


def test_only_the_composer_is_answered_when_the_page_asks_for_it(desk: Desk) -> None:
    number = desk.conversation()
    part = desk.browser(desk.cast.amina).post(
        f"/conversations/{number}/deliveries", reply(), **{"HX-Request": "true", "HX-Target": "composer"}
    )
    assert part.status_code == 200
    assert part.text.lstrip().startswith('<div class="composer')
    assert 'hx-swap-oob="true"' in part.text


def test_somebody_elses_claim_refuses_the_reply_and_keeps_the_words(desk: Desk) -> None:
    number = desk.conversation()
    with db.transaction() as session:
        assignment.claim(session, desk.cast.bram, number)
    page = desk.browser(desk.cast.amina).post(f"/conversations/{number}/deliveries", reply(text="Kept words"))
    assert page.status_code == 409
    assert "Kept words" in page.text
    assert "Bram" in page.text


def test_a_draft_is_kept_and_stands_in_the_composer_again(desk: Desk) -> None:
    number = desk.conversation()
    browser = desk.browser(desk.cast.amina)
    assert browser.send(f"/conversations/{number}/draft", {"text": "Half a sentence"}).status_code == 200
    assert "Half a sentence</textarea>" in browser.get(f"/conversations/{number}").text
    assert browser.post(f"/conversations/{number}/draft/discard", reply()).status_code == 303
    assert "Half a sentence" not in browser.get(f"/conversations/{number}").text


def test_send_and_next_leads_to_the_next_one_and_send_and_resolve_closes(desk: Desk) -> None:
    first, second = desk.conversation(urgency=1), desk.conversation(urgency=2)
    browser = desk.browser(desk.cast.amina)
    onward = browser.post(f"/conversations/{first}/deliveries", reply(then="next"))
    assert onward.headers["Location"].startswith(f"/conversations/{second}?")
    assert browser.post(f"/conversations/{second}/deliveries", reply(then="resolve")).status_code == 303
    assert browser.json(f"/conversations/{second}")["row"]["state"] == "resolved"


def test_a_note_stands_apart_and_a_human_may_change_the_urgency(desk: Desk) -> None:
    number = desk.conversation()
    browser = desk.browser(desk.cast.amina)
    browser.post(f"/conversations/{number}/notes", {"text": "Called the ramp"})
    page = browser.get(f"/conversations/{number}").text
    assert "message-note" in page
    assert "Called the ramp" in page
    changed = browser.post(f"/conversations/{number}/urgency", {"level": "1", "reason": "needs insulin"})
    assert changed.status_code == 303
    assert "urgency-1" in browser.get(f"/conversations/{number}").text


def test_an_unreadable_message_says_why_and_gives_its_bytes_as_harmless_text(desk: Desk) -> None:
    number = desk.conversation()
    with db.transaction() as session:
        found = session.get(Conversation, number)
        assert found
        raw = RawEvent(
            inbox_id=found.inbox_id,
            dedupe_key="x",
            sha256=b"x" * 32,
            body=b"<script>\xff",
            state="unreadable",
        )
        session.add(raw)
        session.flush()
        made = factories.message(session, found, "", trouble="Not JSON: byte 1", raw_event_id=raw.id)
    browser = desk.browser(desk.cast.amina)
    assert "Not JSON: byte 1" in browser.get(f"/conversations/{number}").text
    answer = browser.get(f"/messages/{made}/raw")
    assert answer.data == b"<script>\xff"
    assert answer.headers["Content-Type"].startswith("text/plain")
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert "sandbox" in answer.headers["Content-Security-Policy"]


@pytest.mark.parametrize(
    ("state", "words"),
    [("unknown", "may or may not have arrived"), ("withheld", "this is a rehearsal"), ("failed", "failed")],
)
def test_the_state_of_a_delivery_is_told_honestly(desk: Desk, state: str, words: str) -> None:
    number = desk.conversation()
    browser = desk.browser(desk.cast.amina)
    browser.post(f"/conversations/{number}/deliveries", reply())
    with db.transaction() as session:
        session.execute(text("UPDATE deliveries SET state = :state, words = 'line broke'"), {"state": state})
    page = browser.get(f"/conversations/{number}").text
    assert words in page
    assert "line broke" in page
    assert ("mark sent" in page) == (state == "unknown")


def test_an_agent_decides_about_an_unknown_delivery(desk: Desk) -> None:
    number = desk.conversation()
    browser = desk.browser(desk.cast.amina)
    browser.post(f"/conversations/{number}/deliveries", reply())
    with db.transaction() as session:
        session.execute(text("UPDATE deliveries SET state = 'unknown'"))
        delivery_id = session.query(Delivery.id).join(Message, Message.id == Delivery.message_id).scalar()
    decided = browser.post(
        f"/deliveries/{delivery_id}/decision", {"decision": "mark_sent", "conversation": str(number)}
    )
    assert decided.headers["Location"] == f"/conversations/{number}"
    assert "✓ sent" in browser.get(f"/conversations/{number}").text


@pytest.mark.parametrize(
    ("path", "form", "status"),
    [
        ("deliveries", {"text": "Hi"}, 400),
        ("deliveries", {**reply(), "agent_id": "1"}, 400),
        ("deliveries", reply(text=""), 422),
        ("deliveries", reply(client_token="short"), 400),
        ("urgency", {"level": "9", "reason": "x"}, 400),
        ("notes", {"text": " "}, 400),
        ("notes", {"text": ["one", "two"]}, 400),
    ],
)
def test_a_wrong_form_is_refused_with_the_field_named(
    desk: Desk, path: str, form: dict[str, object], status: int
) -> None:
    number = desk.conversation()
    answer = desk.browser(desk.cast.amina).post(f"/conversations/{number}/{path}", form)
    assert answer.status_code == status
    assert outbound(number) == 0


def test_a_long_thread_can_be_turned_back(desk: Desk) -> None:
    number = desk.conversation()
    with db.transaction() as session:
        found = session.get(Conversation, number)
        assert found
        numbers = [factories.message(session, found, f"line {index}.") for index in range(205)]
    browser = desk.browser(desk.cast.amina)
    newest = browser.get(f"/conversations/{number}").text
    assert "line 204." in newest
    assert "line 3." not in newest
    assert "Show older ones" in newest
    older = browser.get(f"/conversations/{number}?before={numbers[10]}").text
    assert "line 3." in older
    assert "line 204." not in older
