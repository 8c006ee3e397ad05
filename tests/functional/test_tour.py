"""Walks every step of the README's five-minute tour in a real browser, as a newcomer would."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.functional.browser import (
    DESK,
    PHONE,
    Window,
    browsing,
    come_in,
    printed_link,
    running,
    window,
)
from tests.functional.pictures import picture
from tests.functional.program import ROOT, Program

pytestmark = [
    pytest.mark.functional,
    pytest.mark.browser,
    pytest.mark.timeout(120),
    pytest.mark.xdist_group("tour"),
]

# A dozen messages a minute; one of the first is critical.
ARRIVES_MS = 60_000
FULL_LIST = 16


@dataclass
class Tour:
    """The demo, Dana's window, and the private window in which Bram and a customer come by."""

    program: Program
    browser: Browser
    dana: Window
    private: Window

    @property
    def desk(self) -> Page:
        """Return Dana's page."""
        return self.dana.page

    def go(self, word: str) -> Page:
        """Press a word in the navigation."""
        self.desk.get_by_role("navigation", name="Main").get_by_role("link", name=word, exact=True).click()
        return self.desk


@pytest.fixture(scope="module")
def tour(chromium: str) -> Iterator[Tour]:
    with running("up", "--demo") as program, browsing(chromium) as browser:
        yield Tour(program, browser, window(browser), window(browser))


@pytest.fixture(autouse=True)
def _calm(tour: Tour) -> Iterator[None]:
    yield
    tour.dana.is_calm()
    tour.private.is_calm()


def _rows(page: Page) -> Locator:
    return page.locator("#rows .row-link")


def _critical(page: Page) -> Locator:
    return _rows(page).filter(has=page.locator(".urgency-1"))


def test_step_1_come_in(tour: Tour) -> None:
    desk = come_in(tour.dana, printed_link(tour.program))
    bar = desk.locator(".banner-rehearsal")
    expect(bar).to_contain_text("Rehearsal")
    expect(bar).to_contain_text("Nothing leaves the building")


def test_step_2_see_messages_arrive_and_why_they_stand_there(tour: Tour) -> None:
    expect(_critical(tour.desk).first).to_be_visible(timeout=ARRIVES_MS)
    _critical(tour.desk).first.click()
    head = tour.desk.locator("#conversation-head")
    expect(head.get_by_text("left")).to_be_visible()
    head.get_by_text(re.compile(r"^Why U\d")).click()
    expect(head.locator(".why li").first).to_be_visible()
    _judge(tour.desk, 0, "it sounds as if they are in danger")
    expect(_rows(tour.desk).first.locator(".urgency-0")).to_be_visible()
    head.get_by_text("Why U0").click()
    _judge(tour.desk, 1, "they are safe inside after all")


def _judge(desk: Page, level: int, why: str) -> None:
    head = desk.locator("#conversation-head")
    head.get_by_label("I judge it").select_option(str(level))
    head.get_by_label("Why", exact=True).fill(why)
    head.get_by_role("button", name="Change urgency").click()
    expect(head.locator(f".urgency-{level}")).to_be_visible()


def test_step_3_claim_it(tour: Tour) -> None:
    tour.desk.locator("#talk").focus()
    tour.desk.keyboard.press("a")
    expect(tour.desk.get_by_role("button", name="Release")).to_be_visible()
    expect(tour.desk.locator("#rows .row-link[aria-current] .avatar")).to_have_text("DL")


def test_step_4_write_a_reply_that_rests_on_facts(tour: Tour) -> None:
    composer = tour.desk.locator("#composer")
    composer.get_by_text("Reply templates").click()
    composer.get_by_role("button", name="Insert").first.click()
    words = composer.get_by_label("Your reply")
    expect(words).not_to_have_value("")
    seen = set()
    for language in ("nl", "en"):
        composer.get_by_label("Language").select_option(language)
        with tour.desk.expect_response("**/composer"):
            composer.get_by_role("button", name="Fill in again").click()
        expect(composer.locator(f"textarea[lang={language}]")).not_to_have_value("")
        seen.add(words.input_value())
    assert len(seen) == 2, "the same words in both languages"
    words.fill(re.sub(r"\{\w+\}", "today", words.input_value()).removesuffix(" ^DL") + " Next update at")
    composer.get_by_role("button", name="next_update_at").click()
    expect(words).to_have_value(re.compile(r"Next update at (\d\d-\d\d )?\d\d:\d\d CES?T$"))
    tour.desk.keyboard.type(". ^DL")


def test_pictures_of_the_desk(tour: Tour) -> None:
    if not os.environ.get("WEBCARE_SCREENSHOTS"):
        pytest.skip("Pictures are taken by `make screenshots` only.")
    expect(_rows(tour.desk).nth(FULL_LIST)).to_be_attached(timeout=100_000)
    tour.desk.locator("#composer summary").click()
    picture(tour.dana, "desk-light")
    tour.desk.emulate_media(color_scheme="dark")
    picture(tour.dana, "desk-dark")
    tour.desk.emulate_media(color_scheme="light")
    tour.desk.locator("#composer summary").click()
    tour.desk.set_viewport_size(PHONE)
    picture(tour.dana, "desk-phone")
    tour.desk.set_viewport_size(DESK)


def test_step_5_send_it_and_see_it_withheld(tour: Tour) -> None:
    tour.desk.get_by_role("button", name="Send", exact=True).click()
    sent = tour.desk.locator(".message-outbound")
    expect(sent).to_contain_text(re.compile(r"from volc\.\w+ v1"))
    expect(sent).to_contain_text(re.compile(r"next_update_at v\d"))
    expect(sent).to_contain_text("withheld: this is a rehearsal")
    expect(tour.desk.get_by_label("Your reply")).to_have_value("")


def test_step_6_take_a_fact_back(tour: Tour) -> None:
    facts = tour.go("Facts")
    picture(tour.dana, "facts")
    facts.get_by_role("link", name="care_mode", exact=True).click()
    facts.get_by_label("Why").fill("the hotel desk can't pay any more")
    facts.get_by_role("button", name="Retract this fact").click()
    expect(facts.locator(".fact.is-retracted")).to_contain_text("care_mode")
    tour.go("Inbox")
    _rows(tour.desk).filter(has=tour.desk.locator(".urgency-1, .urgency-2")).first.click(timeout=ARRIVES_MS)
    tour.desk.locator("#composer").get_by_text("Reply templates").click()
    for key in ("volc.care.now", "volc.nomoney"):
        template = tour.desk.locator(".template").filter(has_text=key)
        expect(template).to_contain_text("care_mode")
        expect(template.get_by_role("button", name="Insert")).to_be_disabled()
        template.scroll_into_view_if_needed()
    picture(tour.dana, "refused")


def test_step_7_have_a_number_checked_by_a_second_person(tour: Tour) -> None:
    facts = tour.go("Facts")
    facts.get_by_role("link", name="pet_contact", exact=True).click()
    facts.get_by_label("In English").fill("020 555 0199")
    facts.get_by_label("In Dutch").fill("020 555 0199")
    facts.get_by_label("Source").fill("duty officer, by telephone at 16:10")
    facts.get_by_role("button", name="Enter this version").click()
    card = facts.locator(".fact").filter(has_text="pet_contact")
    expect(card).to_contain_text("unverified")
    expect(card).to_contain_text("needs a second person")
    expect(card.get_by_role("button", name="I verify this")).to_have_count(0)
    bram = come_in(tour.private, _link_of_bram(tour.program))
    bram.get_by_role("link", name="Facts", exact=True).click()
    card = bram.locator(".fact").filter(has_text="pet_contact")
    card.get_by_role("button", name="I verify this").click()
    expect(bram.locator(".fact").filter(has_text="pet_contact")).to_contain_text("by Bram Kuiper")


def _link_of_bram(program: Program) -> str:
    said = subprocess.run(
        [sys.executable, "-m", "webcare.cli", "link", "sign-in", "bram@polder-air.example"],
        cwd=ROOT,
        env=program.environment(),
        capture_output=True,
        text=True,
        check=True,
        timeout=30,
    )
    return said.stdout.strip().splitlines()[-1]


def test_step_8_run_the_crisis(tour: Tour) -> None:
    room = tour.go("Crisis")
    room.get_by_role("main").get_by_role("link", name="Volcanic ash").click()
    picture(tour.dana, "crisis-room")
    room.locator(".step").first.get_by_role("button", name="Done").click()
    expect(room.locator(".step").first).to_contain_text("Dana de Lange")
    room.get_by_label("why move anyway").fill("the airspace opens at six")
    room.get_by_role("button", name="Move phase").click()
    expect(room.locator(".phase[aria-current]")).to_have_text("Stabilise")
    alerts = tour.go("Alerts")
    expect(alerts.locator("#board")).to_contain_text("stabilise")
    picture(tour.dana, "alerts")


def test_step_9_write_to_us_as_a_customer(tour: Tour) -> None:
    form = tour.private.page
    form.goto(f"{tour.program.url}/forms/contact")
    picture(tour.private, "form")
    form.get_by_label("name").fill("Ilse van den Berg")
    form.get_by_label("E-mail").fill("ilse@example.org")
    form.get_by_label("message").fill("My daughter travels alone and her flight leaves in two hours.")
    form.get_by_role("button", name="Send").click()
    expect(form.locator(".receipt")).to_have_text(re.compile(r"^r\d+$"))
    tour.go("Inbox")
    row = _rows(tour.desk).filter(has_text="My daughter travels alone")
    expect(row).to_be_visible(timeout=15_000)
    expect(row.locator(".urgency-0, .urgency-1")).to_be_visible()


def test_step_10_count(tour: Tour) -> None:
    ledger = tour.go("Ledger")
    expect(ledger.get_by_text("balanced")).to_have_count(3)
    for row in ledger.locator("tbody tr").all():
        numbers = row.locator("td.number").all_text_contents()[:4]
        assert len(set(numbers)) == 1, row.text_content()
    picture(tour.dana, "ledger")


def test_step_11_stop(tour: Tour) -> None:
    room = tour.go("Crisis")
    room.get_by_role("main").get_by_role("link", name="Volcanic ash").click()
    room.get_by_role("link", name="Stand down").click()
    room.get_by_label("Reason").fill("the tour is over")
    room.get_by_role("button", name="Stand down now").click()
    assert tour.dana.dialogs, "nobody asked whether it is meant"
    expect(room.locator(".banner-rehearsal")).to_have_count(0)
    tour.go("Inbox")
    expect(_rows(tour.desk)).to_have_count(1)
    expect(_rows(tour.desk)).to_contain_text("My daughter travels alone")


def test_every_key_is_listed(tour: Tour) -> None:
    tour.go("Inbox").wait_for_load_state()
    tour.desk.locator("body").press("?")
    expect(tour.desk.get_by_role("heading", name="Keys")).to_be_visible()
