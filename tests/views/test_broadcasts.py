"""Status updates on the screen: one form, each channel's own text, a yes, and one button for no change."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from tests import factories
from tests.views.conftest import Browser, Desk
from webcare import clock, db
from webcare.queries import promises

ZONE = ZoneInfo("Europe/Amsterdam")


@pytest.fixture
def number(desk: Desk) -> int:
    """Return an ash cloud with a public fact, and an inbox that takes broadcasts of 280 characters."""
    with db.transaction() as session:
        factories.inbox(session, name="Public account", options={"broadcasts": True}, secrets=["s"])
        made = factories.activated(session, desk.cast.dev).id
        factories.fact(session, desk.cast.amina, made, "airspace_status", is_public=True)
    return made


def form(number: int, **fields: Any) -> dict[str, Any]:
    at = (clock.now() + timedelta(hours=1)).astimezone(ZONE)
    return {
        "kind": "update",
        "activation_id": str(number),
        "know_en": "{airspace_status}",
        "dont_know_en": "When we fly again, 3 < 5 & nobody knows",
        "doing_en": "We " + "call hotels and buses for everybody who is stranded, " * 3 + "and more",
        "you_can_en": "Please stay at home",
        "next_update_at": at.strftime("%Y-%m-%dT%H:%M"),
        **fields,
    }


def kept(browser: Browser, fields: dict[str, Any]) -> str:
    """Post the form and return the address of the broadcast that it made."""
    answer = browser.post("/broadcasts", fields)
    assert answer.status_code == 303
    return answer.headers["Location"]


def test_from_the_form_to_every_channel_and_out(desk: Desk, number: int) -> None:
    dev = desk.browser(desk.cast.dev)
    page = dev.get("/broadcasts/new").text
    assert ">{airspace_status}</textarea>" in page
    assert "(Europe/Amsterdam)" in page
    path = kept(dev, form(number))
    shown = dev.get(path).text
    assert "airspace_status en" in shown
    assert "3 &lt; 5 &amp; nobody" in shown
    assert "Left out, because this channel is short:</p>" not in shown
    assert "what we&#39;re doing." in shown
    assert dev.post(f"{path}/submission", {"seen_version": "1"}).status_code == 303
    assert "Yes, publish it now" in dev.get(path).text
    assert dev.post(f"{path}/approval", {"seen_version": "1"}).status_code == 303
    out = dev.json(path)
    assert out["broadcast"]["state"] == "published"
    assert [(each["inbox_name"], each["state"]) for each in out["posts"]] == [("Public account", "queued")]
    assert "airspace_status en" in dev.get("/broadcasts").text
    assert "airspace_status en" in dev.get(path).text
    assert ">{airspace_status}</textarea>" in dev.get("/broadcasts/new").text


def test_the_clock_on_the_wall_is_the_playbooks(desk: Desk, number: int) -> None:
    dev = desk.browser(desk.cast.dev)
    path = kept(dev, form(number, next_update_at="2026-07-01T15:00", publish_at="2026-01-01T15:00"))
    row = dev.json(path)["broadcast"]
    assert (row["next_update_at"], row["publish_at"]) == ("2026-07-01T13:00:00Z", "2026-01-01T14:00:00Z")


def test_what_stands_in_the_way_is_named_and_no_button_offers_to_publish(desk: Desk, number: int) -> None:
    dev = desk.browser(desk.cast.dev)
    path = kept(dev, form(number, know_en="{airspace_status} {restart_estimate}"))
    page = dev.get(path).text
    assert "It can&#39;t leave yet." in page
    assert "restart_estimate&#39; is not on the desk yet" in page
    assert "Ready: ask for the yes" not in page
    assert dev.post(f"{path}/submission", {"seen_version": "1"}).status_code == 422
    changed = dev.post(path, form(number, seen_version="1"))
    assert changed.status_code == 303
    assert dev.post(f"{path}/submission", {"seen_version": "1"}).status_code == 409
    assert dev.post(f"{path}/submission", {"seen_version": "2"}).status_code == 303


def test_a_missing_part_is_named(desk: Desk, number: int) -> None:
    refused = desk.browser(desk.cast.dev).send("/broadcasts", {"activation_id": number, "know_nl": "Dicht"})
    found: Any = refused.json
    assert refused.status_code == 422
    assert "you_can_nl: please fill this in." in found["reasons"]


def test_no_change_is_one_press_and_counts_as_a_kept_promise(desk: Desk, number: int) -> None:
    dev = desk.browser(desk.cast.dev)
    assert "No change. Next update in" in dev.get("/broadcasts").text
    for _ in range(2):
        asked = {"activation_id": str(number), "minutes": "30"}
        assert dev.post("/broadcasts/nochange", asked).status_code == 303
    with db.transaction() as session:
        found = promises.counted(session, number, clock.now())
    assert (found.kept, found.missed) == (1, 0)
    assert "updates out in time" in dev.get("/broadcasts").text


def test_a_planned_post_is_paused_in_a_crisis_and_says_so(desk: Desk, number: int) -> None:
    dev = desk.browser(desk.cast.dev)
    page = dev.get("/broadcasts/new?kind=post").text
    assert "every planned post is paused" in page
    path = kept(dev, {"kind": "post", "text_en": "Summer sale", "publish_at": "2027-07-01T15:00"})
    dev.post(f"{path}/submission", {"seen_version": "1"})
    dev.post(f"{path}/approval", {"seen_version": "1"})
    assert "A crisis began" in dev.get("/broadcasts").text
    assert "Resume it for its time" in dev.get(path).text
    assert dev.post(f"{path}/resumption", {"seen_version": "1"}).status_code == 303
    assert dev.json(path)["broadcast"]["paused_at"] is None
    assert dev.post(f"{path}/withdrawal", {"seen_version": "1"}).status_code == 303


def test_a_failed_post_is_decided_by_a_lead(desk: Desk, number: int) -> None:
    dev = desk.browser(desk.cast.dev)
    path = dev.post("/broadcasts/nochange", {"activation_id": str(number), "minutes": "30"}).headers[
        "Location"
    ]
    (english, dutch) = dev.json(path)["posts"]
    from webcare.models import BroadcastPost

    with db.transaction() as session:
        session.get_one(BroadcastPost, english["id"]).state = "unknown"
    assert "It is there" in dev.get(path).text
    decision = f"{path}/posts/{english['id']}/decision"
    assert desk.browser(desk.cast.amina).post(decision, {"decision": "mark_sent"}).status_code == 403
    assert dev.post(decision, {"decision": "mark_sent"}).status_code == 303
    assert dev.post(decision, {"decision": "mark_sent"}).status_code == 409
    assert dev.json(path)["posts"][0]["words"] == "Marked as posted by Dev."
    elsewhere = f"{path}/posts/{dutch['id'] + 99}/decision"
    assert dev.post(elsewhere, {"decision": "resend"}).status_code == 404


def test_a_lead_may_let_a_finding_pass_with_a_reason_and_some_never(desk: Desk, number: int) -> None:
    dev = desk.browser(desk.cast.dev)
    path = kept(dev, form(number, doing_en="We guarantee that everybody flies tomorrow"))
    assert dev.post(f"{path}/submission", {"seen_version": "1"}).status_code == 422
    assert "Let it pass" in dev.get(path).text
    passed = {"seen_version": "1", "name": "unbacked_promise", "why": "The fleet chief confirmed it by phone"}
    overrides = f"{path}/overrides"
    assert desk.browser(desk.cast.amina).post(overrides, passed).status_code == 403
    assert dev.post(overrides, {**passed, "why": ""}).status_code == 400
    assert dev.post(overrides, {**passed, "name": "secrets_requested"}).status_code == 422
    assert dev.post(overrides, passed).status_code == 303
    assert "The fleet chief confirmed it by phone" in dev.get(path).text
    assert dev.post(f"{path}/submission", {"seen_version": "1"}).status_code == 303
    dev.post(path, form(number, doing_en="We guarantee that we all fly today", seen_version="1"))
    assert dev.post(f"{path}/submission", {"seen_version": "2"}).status_code == 422
    public = form(number, doing_en="Write to K. Jansen, +31 6 12345678, K7PQ2M")
    path = kept(dev, public)
    assert "Let it pass" not in dev.get(path).text
    assert dev.post(f"{path}/overrides", {**passed, "name": "personal_data_public"}).status_code == 422


def test_agents_read_and_strangers_see_nothing(desk: Desk, number: int) -> None:
    amina = desk.browser(desk.cast.amina)
    page = amina.get("/broadcasts")
    assert page.status_code == 200
    assert "Write an update" not in page.text
    assert amina.get("/broadcasts/new").status_code == 403
    assert amina.post("/broadcasts/nochange", {"activation_id": "1", "minutes": "30"}).status_code == 403
    for address in ("/broadcasts", "/broadcasts/1", "/broadcasts/new"):
        assert desk.stranger().get(address).status_code == 302
    assert amina.get("/broadcasts/999999999999999999999").status_code == 404


def test_without_a_crisis_the_page_says_so(desk: Desk) -> None:
    dev = desk.browser(desk.cast.dev)
    assert "No crisis is in force" in dev.get("/broadcasts").text
    assert 'value="post"' in dev.get("/broadcasts/new").text
