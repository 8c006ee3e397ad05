"""Reaches the desk under hard conditions: no scripts, a phone, the dark, a lost line, hostile words."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import ViewportSize, expect

from tests.functional.browser import DESK, PHONE
from tests.functional.floor import Floor, SitDown, furnished, seating, written

pytestmark = [
    pytest.mark.functional,
    pytest.mark.browser,
    pytest.mark.timeout(120),
    pytest.mark.xdist_group("reach"),
]

LONG = "Hottentottententententoonstellingsmakersopleidingsinstituutsdirecteursvergaderzaal" * 2
HOSTILE = '<img src=x onerror=alert(1)>"><script>alert(2)</script><svg onload=alert(3)> {{7*7}}'
CONTRAST = (Path(__file__).parent / "contrast.js").read_text(encoding="utf-8")
READ_BY_ALL = 4.5
TEXTS = [
    "h1",
    ".row-name",
    ".row-preview",
    ".row-wait",
    ".tag",
    ".due",
    ".urgency",
    ".message-text",
    ".message-head span",
    ".button",
    ".tab",
    ".composer-tab",
    ".rail-link",
    ".context dd",
    ".context dt",
    ".soft",
]


@pytest.fixture(scope="module")
def floor(chromium: str) -> Iterator[Floor]:
    with furnished(chromium) as made:
        yield made


@pytest.fixture
def sit_down(floor: Floor) -> Iterator[SitDown]:
    with seating(floor) as given:
        yield given


def test_everything_works_without_scripts(floor: Floor, sit_down: SitDown) -> None:
    floor.hears("anna", "You told me it was cancelled!")
    page = floor.opens(sit_down("amina", java_script_enabled=False), "anna")
    page.get_by_role("button", name="Claim").click()
    expect(page.get_by_role("button", name="Release")).to_be_visible()
    page.locator("summary").filter(has_text="Reply templates").click()
    template = page.locator(".template").filter(has_text="base.correction")
    template.get_by_role("button", name="Insert").click()
    assert written(page).startswith("Correction. At {wrong_at}")
    page.get_by_label("Your reply").fill("It flies after all, Anna.")
    page.get_by_role("button", name="Send", exact=True).click()
    expect(page.locator(".message-outbound")).to_contain_text("It flies after all, Anna.")
    page.get_by_role("tab", name="Note").click()
    page.get_by_label("Note for the team").fill("She called twice.")
    page.get_by_role("button", name="Add note").click()
    expect(page.locator(".message-note")).to_contain_text("She called twice.")
    page.get_by_role("button", name="Resolve", exact=True).click()
    expect(page.locator("#conversation-head")).to_contain_text("resolved")
    assert floor.replies("It flies after all, Anna.") == [1]


def test_hostile_words_stay_words(floor: Floor, sit_down: SitDown) -> None:
    floor.hears("mallory", f"{HOSTILE} javascript:alert(4)", name=HOSTILE, subject=HOSTILE)
    page = sit_down("amina").page
    page.locator("#rows .row-link").filter(has_text="onerror").click()
    expect(page.locator(".message-text")).to_contain_text("<script>alert(2)</script>")
    expect(page.locator("#conversation h1")).to_contain_text("{{7*7}}")
    expect(page.locator(".context")).to_contain_text("<img src=x onerror=alert(1)>")
    page.get_by_label("Your reply").fill("<svg onload=alert(3)> & <img src=x onerror=alert(1)>")
    page.get_by_role("button", name="Send", exact=True).click()
    expect(page.locator(".message-outbound")).to_contain_text("<svg onload=alert(3)>")
    assert page.locator(".message-text img, .message-text script, #rows img").count() == 0


@pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])
def test_long_words_fit(floor: Floor, sit_down: SitDown, size: ViewportSize) -> None:
    floor.hears("willemijn", f"{LONG} {LONG}", name=f"Willemijn {LONG}", subject=f"{LONG}")
    dev = sit_down("dev", viewport=size)
    dev.is_calm()
    floor.opens(dev, "willemijn")
    dev.page.get_by_label("Your reply").fill(LONG)
    dev.page.locator("summary").filter(has_text="Reply templates").click()
    dev.is_calm()
    wide = dev.page.evaluate(
        "[...document.querySelectorAll('.message, .row, .conversation-head, .composer-inner')]"
        ".filter((each) => each.scrollWidth > each.clientWidth + 1).map((each) => each.className)"
    )
    assert not wide
    for place in ("activations", "activations/new", "facts", "alerts", "ledger", "help/keys"):
        dev.page.goto(f"{floor.program.url}/{place}")
        dev.is_calm()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_texts_can_be_read(floor: Floor, sit_down: SitDown, scheme: str) -> None:
    floor.hears("yara", "Is there a bed for tonight?")
    amina = sit_down("amina", color_scheme=scheme)
    page = floor.opens(amina, "yara")
    page.get_by_role("button", name="Claim").click()
    expect(page.get_by_role("button", name="Release")).to_be_visible()
    found = page.evaluate(CONTRAST, TEXTS)
    assert len(found) > len(TEXTS), found
    assert not [each for each in found if each[0] < READ_BY_ALL]
    page.get_by_role("button", name="Release").click()
    expect(page.get_by_role("button", name="Claim")).to_be_visible()


def test_a_lost_line_is_said_and_made_up_for(floor: Floor, sit_down: SitDown) -> None:
    floor.hears("zoe", "Are you there?")
    amina = sit_down("amina")
    page = floor.opens(amina, "zoe")
    page.get_by_label("Your reply").fill("We are here,")
    expect(page.locator("#draft-state")).to_contain_text("saved")
    floor.program.kill()
    expect(page.locator("#lost")).to_be_visible(timeout=15_000)
    page.get_by_label("Your reply").press("End")
    page.keyboard.type(" Zoe.")
    expect(page.locator("#draft-state")).to_contain_text("the text stays here")
    floor.program.start()
    expect(page.locator("#lost")).to_be_hidden(timeout=20_000)
    floor.hears("zoe", "Hello?")
    expect(page.locator("#messages")).to_contain_text("Hello?")
    assert written(page) == "We are here, Zoe."
    expect(page.locator("#draft-state")).to_contain_text("draft saved")
    page.get_by_role("button", name="I have read it").click()
    page.get_by_role("button", name="Send", exact=True).click()
    expect(page.locator(".message-outbound")).to_contain_text("We are here, Zoe.")
    amina.forgive("ERR_|Failed to load|^htmx:|Failed to fetch")
