"""Writes in a real browser: one request a pause saves and checks, and what the words state is shown."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from tests import factories
from tests.functional.browser import PHONE
from tests.functional.floor import Floor, SitDown, furnished, seating
from tests.functional.pictures import picture
from webcare.queries import agents

pytestmark = [
    pytest.mark.functional,
    pytest.mark.browser,
    pytest.mark.timeout(180),
    pytest.mark.xdist_group("desk"),
]
SAID = {"en": "rebooking is free until 30 April", "nl": "omboeken is gratis tot 30 april"}


@pytest.fixture(scope="module")
def floor(chromium: str) -> Iterator[Floor]:
    with furnished(chromium) as made:
        with made.program.session() as session:
            lead = agents.by_email(session, "dev@polder-air.example")
            assert lead is not None
            at = factories.activated(session, lead.who()).id
            factories.fact(session, lead.who(), at, "rebook_policy", said=SAID)
        yield made


@pytest.fixture
def sit_down(floor: Floor) -> Iterator[SitDown]:
    with seating(floor) as given:
        yield given


def asked(page: Page) -> list[str]:
    """Return a list that grows with every draft that is saved and every text that is checked."""
    found: list[str] = []
    page.on(
        "request",
        lambda one: found.append(one.url.rsplit("/", 1)[-1]) if one.method == "POST" else None,
    )
    return found


def test_a_pause_is_one_request_that_saves_and_checks(floor: Floor, sit_down: SitDown) -> None:
    floor.hears("pia", "Can I rebook?")
    opened = sit_down("amina")
    page = floor.opens(opened, "pia")
    posted = asked(page)
    page.get_by_label("Your reply").press_sequentially(
        "Your money is back tomorrow at 9, until 30/4 you rebook"
    )
    expect(page.locator("#checked .finding-block")).to_be_visible()
    expect(page.locator("#draft-state")).to_have_text("draft saved")
    assert set(posted) == {"draft"}
    pauses = len(posted)
    page.get_by_label("Your reply").press_sequentially(" for free.", delay=20)
    expect(page.locator("#checked")).to_contain_text("linked: rebook_policy v1")
    page.wait_for_timeout(1500)
    assert posted == ["draft"] * (pauses + 1)


@pytest.mark.parametrize(("scheme", "size"), [("light", None), ("dark", PHONE)])
def test_the_agent_sees_what_the_words_state_and_says_no(
    floor: Floor, sit_down: SitDown, scheme: str, size: object
) -> None:
    name = f"rosa{scheme}"
    floor.hears(name, "Can I rebook?")
    opened = sit_down("amina", color_scheme=scheme, **({"viewport": size} if size else {}))
    page = floor.opens(opened, name)
    page.get_by_label("Your reply").fill("Until 30/4 you can rebook for free. ^AM")
    link = page.locator("#checked .tag-linked")
    expect(link).to_contain_text("linked: rebook_policy v1")
    picture(opened, f"composer-linked-{scheme}")
    link.get_by_role("checkbox").check()
    expect(page.locator("#checked .tag-denied")).to_be_visible()
    picture(opened, f"composer-denied-{scheme}")
    expect(page.locator("#checked").get_by_role("checkbox")).to_be_focused()
    page.get_by_role("button", name="Send", exact=True).click()
    expect(page.locator(".message-outbound")).to_contain_text("rebook for free")
    count = (
        "SELECT count(*) FROM message_facts s JOIN messages m ON m.id = s.message_id WHERE m.text LIKE :said"
    )
    assert floor.program.rows(count, said="Until 30/4%")[0][0] == 0
    opened.is_calm()
