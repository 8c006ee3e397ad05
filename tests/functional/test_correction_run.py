"""A lead takes a fact back in a real browser and sees everyone being told, live, down to the last two."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from tests import corrected, outgoing, standin
from tests.corrected import KEY
from tests.functional.browser import PHONE, Window
from tests.functional.floor import Floor, furnished
from tests.functional.pictures import picture
from tests.standin import Answer
from webcare.queries import agents

pytestmark = [
    pytest.mark.functional,
    pytest.mark.browser,
    pytest.mark.timeout(180),
    pytest.mark.xdist_group("desk"),
]

REACHED, GONE = 212, 2


@pytest.fixture(scope="module")
def floor(chromium: str) -> Iterator[Floor]:
    with furnished(chromium) as made:
        yield made


@pytest.fixture
def wrong(floor: Floor) -> Iterator[str]:
    """Let 214 have been told something wrong, two of whom are gone by now; return the fact's page."""
    with standin.running() as there, standin.running() as gone:
        gone.otherwise = Answer(404, {})
        with floor.program.session() as session:
            lead = agents.by_email(session, "dev@polder-air.example")
            assert lead is not None
            made = corrected.mistake(session, lead.who())
            for provider, count in ((there, REACHED), (gone, GONE)):
                inbox = outgoing.inbox(session, outbound_url=provider.url, allow_private=True)
                corrected.tell(session, inbox, made.version_id, count)
        yield f"/facts/{made.activation_id}/{KEY}"


def start(page: Page, url: str) -> None:
    page.goto(url)
    page.get_by_label("Why").fill("misread the bulletin")
    page.get_by_role("button", name="Retract this fact").click()
    page.wait_for_url("**/facts")
    page.goto(url)
    page.get_by_role("button", name="Start a correction run").click()
    page.wait_for_url("**/corrections/*")


def test_212_of_214_are_told_and_the_page_follows_by_itself(floor: Floor, wrong: str) -> None:
    lead = floor.sit_down("dev")
    page = lead.page
    start(page, floor.program.url + wrong)
    expect(page.get_by_role("button", name="Approve and send to 214")).to_be_visible()
    expect(page.locator("#board")).to_contain_text("We don't know yet what is right")
    picture(lead, "correction-ready")
    page.get_by_role("button", name="Approve and send to 214").click()
    expect(page.locator("#board")).to_contain_text("212 of 214 told, 2 unreachable", timeout=60_000)
    expect(page.locator("#board")).to_contain_text("The receiver refused the message (HTTP 404)")
    assert lead.dialogs == ["Send this correction to 214?"]
    picture(lead, "correction-told")
    looked_at(floor, page.url)
    page.get_by_label("Why it ends").fill("telephoned both")
    page.get_by_role("button", name="Close the run").click()
    expect(page.locator("#board")).to_contain_text("telephoned both")
    lead.is_calm()


def looked_at(floor: Floor, url: str) -> None:
    """See the run and its texts in the dark and on a telephone: nothing wider than the window."""
    for scheme, size in (("dark", None), ("light", PHONE)):
        options = {"color_scheme": scheme, **({"viewport": size} if size else {})}
        opened: Window = floor.sit_down("dev", **options)
        for name, path in (("run", ""), ("texts", "/notices")):
            opened.page.goto(url + path)
            picture(opened, f"correction-{name}-{scheme}{'-phone' if size else ''}")
            opened.is_calm()
        opened.page.goto(floor.program.url + "/corrections")
        picture(opened, f"corrections-{scheme}{'-phone' if size else ''}")
        opened.is_calm()
        opened.page.context.close()
