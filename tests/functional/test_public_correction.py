"""A lead corrects what everybody could read in a real browser; the wrong post stays, marked, with a link."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests import broadcasting, corrected, factories
from tests.corrected import KEY
from tests.functional.browser import PHONE, Window
from tests.functional.floor import Floor, furnished
from tests.functional.pictures import picture
from webcare.queries import agents
from webcare.services import corrections

pytestmark = [
    pytest.mark.functional,
    pytest.mark.browser,
    pytest.mark.timeout(180),
    pytest.mark.xdist_group("desk"),
]
SAID = {
    "know": f"Our flights are cancelled until {{{KEY}}}",
    "dont_know": "When the next bulletin comes",
    "doing": "Calling hotels",
    "you_can": "Please don't travel to the airport",
}


@pytest.fixture(scope="module")
def floor(chromium: str) -> Iterator[Floor]:
    with furnished(chromium) as made:
        yield made


@pytest.fixture
def run(floor: Floor) -> str:
    """Publish something wrong on the public page, take the fact back, and start a run; return its page."""
    with floor.program.session() as session:
        found = agents.by_email(session, "dev@polder-air.example")
        assert found is not None
        lead = found.who()
        at = factories.activated(session, lead).id
        row = factories.fact(session, lead, at, KEY, said=corrected.WRONG, is_public=True)
        text = broadcasting.update_text(at, parts={"en": SAID, "nl": SAID})
        broadcasting.published(session, lead, text)
        wrong = corrected.Mistake(at, row.version_id or 0, row.version or 0)
        corrected.right(session, lead, wrong, is_public=True)
        return f"/corrections/{corrections.start(session, lead, wrong.start)}"


def seen(opened: Window, path: str, name: str, of: Any) -> Page:
    opened.page.goto(f"{of.program.url}{path}")
    opened.page.wait_for_timeout(300)
    picture(opened, name)
    return opened.page


def test_the_wrong_post_stays_marked_and_links_to_its_correction(floor: Floor, run: str) -> None:
    lead = floor.sit_down("dev")
    page = seen(lead, run, "correction-public-run", floor)
    expect(page.locator("#board")).to_contain_text("0 of 1 public post corrected")
    page.get_by_role("link", name="broadcast #").click()
    expect(page.locator("#board")).to_contain_text("Every fact holds")
    picture(lead, "correction-public-draft")
    page.get_by_role("button", name="Ready: ask for the yes").click()
    page.get_by_role("button", name="Yes, publish it now").click()
    expect(page.locator("#board")).to_contain_text("published")
    page.goto(f"{floor.program.url}{run}")
    expect(page.locator("#board")).to_contain_text("1 of 1 public post corrected")
    page.get_by_role("button", name="Close the run").click()
    expect(page.locator("#board")).to_contain_text("closed")
    picture(lead, "correction-public-closed")
    public = seen(lead, "/status", "correction-status", floor)
    expect(public.locator(".is-wrong s")).to_have_text(corrected.WRONG["en"])
    public.locator(".is-wrong .notice a").click()
    assert public.url.endswith(str(public.locator(".status-update").first.get_attribute("id")))
    lead.is_calm()
    phone = floor.sit_down("dev", color_scheme="dark", viewport=PHONE)
    seen(phone, "/status?language=nl", "correction-status-phone", floor)
    seen(phone, run, "correction-run-phone", floor)
    phone.is_calm()
