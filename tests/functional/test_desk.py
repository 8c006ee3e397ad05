"""Works at the desk in real browsers: collisions, double clicks, the way back, keys only, live arrivals."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.functional.floor import Floor, SitDown, furnished, seating, written

pytestmark = [
    pytest.mark.functional,
    pytest.mark.browser,
    pytest.mark.timeout(120),
    pytest.mark.xdist_group("desk"),
]

WITHIN_S = 2


@pytest.fixture(scope="module")
def floor(chromium: str) -> Iterator[Floor]:
    with furnished(chromium) as made:
        yield made


@pytest.fixture
def sit_down(floor: Floor) -> Iterator[SitDown]:
    with seating(floor) as given:
        yield given


def _deaf(page: Page) -> None:
    """Keep a page from hearing what changed, as a slow line would."""
    page.route("**/conversations/*/messages*", lambda route: route.fulfill(status=204))


def test_an_empty_desk_says_what_will_happen(sit_down: SitDown) -> None:
    page = sit_down("bram").page
    expect(page.locator("#rows")).to_contain_text("Nobody waits for us")
    expect(page.locator("#rows")).to_contain_text("appear here by themselves")
    page.get_by_role("link", name="Mine").click()
    expect(page.locator("#rows")).to_contain_text("Claim a conversation under Unassigned")
    page.get_by_role("link", name="Facts", exact=True).click()
    expect(page.locator("#board")).to_contain_text("Facts belong to a playbook in force")


def test_a_message_appears_within_two_seconds_and_steals_no_focus(floor: Floor, sit_down: SitDown) -> None:
    floor.hears("lena", "When do we fly?")
    page = floor.opens(sit_down("amina"), "lena")
    page.get_by_label("Your reply").press_sequentially("I am look")
    took = []
    for name in ("omar", "olaf", "oona"):
        begun = time.monotonic()
        floor.hears(name, "My suitcase is lost")
        expect(page.locator("#rows .row-link").filter(has_text=name.title())).to_be_visible()
        took.append(time.monotonic() - begun)
    # The machine may be busy with something else once, or twice.
    assert min(took) < WITHIN_S, took
    page.keyboard.type("ing it up")
    assert written(page) == "I am looking it up"
    expect(page.get_by_label("Your reply")).to_be_focused()
    assert "/conversations/" in page.url


def test_the_second_claim_reads_who_was_first_and_keeps_the_text(floor: Floor, sit_down: SitDown) -> None:
    floor.hears("paul", "Can I rebook?")
    amina, bram = sit_down("amina"), sit_down("bram")
    first, second = floor.opens(amina, "paul"), floor.opens(bram, "paul")
    second.get_by_label("Your reply").fill("Thank you, I am looking now.")
    _deaf(second)
    first.get_by_role("button", name="Claim").click()
    expect(first.get_by_role("button", name="Release")).to_be_visible()
    second.get_by_role("button", name="Claim").click()
    expect(second.locator("#notices")).to_contain_text("Amina claimed this")
    assert written(second) == "Thank you, I am looking now."
    bram.forgive("409")
    second.unroute_all()
    first.get_by_role("button", name="Release").click()
    expect(second.get_by_role("button", name="Claim")).to_be_visible()
    assert written(second) == "Thank you, I am looking now."


def test_a_reply_waits_when_something_arrived_unseen(floor: Floor, sit_down: SitDown) -> None:
    floor.hears("rosa", "Is my flight going?")
    amina = sit_down("amina")
    page = floor.opens(amina, "rosa")
    page.get_by_label("Your reply").fill("I am reading it now, Rosa.")
    _deaf(page)
    floor.hears("rosa", "Never mind, I took the train.")
    page.get_by_role("button", name="Send", exact=True).click()
    expect(page.locator("#composer")).to_contain_text("Rosa wrote again")
    expect(page.locator("#messages")).to_contain_text("Never mind, I took the train.")
    assert written(page) == "I am reading it now, Rosa."
    amina.forgive("409")
    page.get_by_role("button", name="Send anyway").click()
    expect(page.locator(".message-outbound")).to_contain_text("I am reading it now, Rosa.")
    assert floor.replies("I am reading it now, Rosa.") == [1]


def test_news_while_writing_is_said_and_read_before_sending(floor: Floor, sit_down: SitDown) -> None:
    floor.hears("sven", "Where is my bag?")
    page = floor.opens(sit_down("amina"), "sven")
    page.get_by_label("Your reply").fill("We look for your bag, Sven.")
    floor.hears("sven", "It is a red one.")
    expect(page.locator("#messages")).to_contain_text("It is a red one.")
    page.get_by_role("button", name="I have read it").click()
    page.get_by_role("button", name="Send", exact=True).click()
    expect(page.locator(".message-outbound")).to_contain_text("We look for your bag")


def test_a_double_click_sends_one_reply(floor: Floor, sit_down: SitDown) -> None:
    floor.hears("tess", "Do I get a refund?")
    page = floor.opens(sit_down("amina"), "tess")
    page.get_by_label("Your reply").fill("Thank you, Tess. Where are you?")
    page.get_by_role("button", name="Send", exact=True).dblclick()
    expect(page.locator(".message-outbound")).to_have_count(1)
    expect(page.locator(".delivery-sent")).to_be_visible(timeout=15_000)
    assert floor.replies("Thank you, Tess. Where are you?") == [1]
    expect(page.locator(".message-outbound")).to_have_count(1)


def test_back_sends_nothing_again(floor: Floor, sit_down: SitDown) -> None:
    floor.hears("umar", "Is the desk open?")
    amina = sit_down("amina", java_script_enabled=False)
    page = floor.opens(amina, "umar")
    page.get_by_label("Your reply").fill("I am here now, Umar.")
    page.get_by_role("button", name="Send", exact=True).click()
    expect(page.locator(".message-outbound")).to_have_count(1)
    for go in (page.go_back, page.go_forward, page.reload):
        go()
        expect(page.locator(".message-outbound")).to_have_count(1)
        assert not written(page)
    assert amina.posts("/deliveries") == [303]
    assert floor.replies("I am here now, Umar.") == [1]


def test_from_list_to_sent_reply_with_keys_only(floor: Floor, sit_down: SitDown) -> None:
    floor.hears("vito", "Which gate is it?")
    floor.hears("wanda", "Which gate is it for me?")
    page = sit_down("amina").page
    page.goto(f"{floor.program.url}/conversations?order=newest")
    expect(page.locator("#rows .row-link").first).to_contain_text("Wanda")
    for key in ("j", "j", "k", "Enter"):
        page.keyboard.press(key)
    expect(page.locator("#conversation h1")).to_have_text("Wanda")
    page.keyboard.press("a")
    expect(page.get_by_role("button", name="Release")).to_be_visible()
    page.keyboard.press("r")
    page.keyboard.type("Gate seven, Wanda.")
    page.keyboard.press("Control+Enter")
    expect(page.locator(".message-outbound")).to_contain_text("Gate seven, Wanda.")
    expect(page.locator("#rows .row-link").first).to_contain_text("Vito")
    for key in ("Escape", "Escape", "Enter"):
        page.keyboard.press(key)
    expect(page.locator("#conversation h1")).to_have_text("Vito")
    page.keyboard.press("Shift+E")
    expect(page.locator("#conversation h1")).not_to_have_text("Vito")


def test_slash_and_hash_find_templates_and_facts(floor: Floor, sit_down: SitDown) -> None:
    floor.hears("xena", "You told me it was cancelled!")
    page = floor.opens(sit_down("amina"), "xena")
    page.keyboard.press("r")
    page.keyboard.press("/")
    find = page.get_by_label("Find a reply template")
    expect(find).to_be_focused()
    page.keyboard.type("correction")
    expect(page.locator(".template:visible")).to_have_count(1)
    page.keyboard.press("Enter")
    expect(page.get_by_label("Your reply")).to_be_focused()
    assert page.evaluate("getSelection().toString()") == "{wrong_at}"
    page.keyboard.type("nine")
    assert written(page).startswith("Correction. At nine we told you")
    page.get_by_label("Your reply").fill("")
    page.keyboard.press("/")
    page.keyboard.press("/")
    page.keyboard.type(" or #1")
    assert written(page) == "/ or #1"


PRESS_AT_ONCE = """
document.addEventListener("htmx:afterSwap", (event) => {
  if (event.detail.target.id !== "detail" || window.isPressed) return;
  window.isPressed = true;
  setTimeout(() => document.querySelector(".template:not(.template-off) button").click(), 0);
});
"""


def test_a_button_works_from_the_moment_it_is_on_the_page(floor: Floor, sit_down: SitDown) -> None:
    floor.hears("ysolde", "You told me it was cancelled!")
    page = floor.opens(sit_down("amina"), "ysolde")
    page.evaluate("window.isSamePage = true")
    page.evaluate(PRESS_AT_ONCE)
    with page.expect_response("**/composer"):
        page.evaluate(
            "htmx.ajax('GET', location.pathname,"
            " { target: '#detail', source: document.getElementById('detail') })"
        )
    expect(page.get_by_label("Your reply")).not_to_have_value("")
    assert page.evaluate("window.isSamePage") is True
