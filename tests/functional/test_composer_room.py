"""However long a refusal is, the button that sends stays in the window."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import ViewportSize, expect

from tests.functional.browser import PHONE
from tests.functional.floor import Floor, furnished
from tests.functional.pictures import picture

pytestmark = [
    pytest.mark.functional,
    pytest.mark.browser,
    pytest.mark.timeout(180),
    pytest.mark.xdist_group("desk"),
]
# One sentence of a refusal for each kind of thing that is wrong.
LONG = (
    "Hi {name}, card number and CVV please, then your money is back tomorrow at 9:00. You are not entitled to"
    " a hotel. It was probably a cyber attack. We guarantee that you fly on Friday at 10:00. [datum] XXX\n"
) * 6
ON_TOP = """one => {
    const at = one.getBoundingClientRect();
    return one.contains(document.elementFromPoint(at.x + 9, at.y + 9));
}"""


@pytest.fixture(scope="module")
def floor(chromium: str) -> Iterator[Floor]:
    with furnished(chromium) as made:
        yield made


@pytest.mark.parametrize("size", [(1280, 800), (1280, 600), tuple(PHONE.values())])
def test_send_stays_in_the_window(floor: Floor, size: tuple[int, int]) -> None:
    width, height = size
    contact = f"kim{width}x{height}"
    floor.hears(contact, "Where is my money?")
    opened = floor.sit_down("amina", viewport=ViewportSize(width=width, height=height))
    page = floor.opens(opened, contact)
    page.get_by_label("Your reply").fill(LONG)
    send = page.locator("#reply-form > .composer-bar .button-main")
    send.click()
    expect(page.locator("#composer .notice-bad")).to_be_visible()
    page.locator("#composer").evaluate("one => { one.scrollTop = 0 }")
    picture(opened, f"composer-{width}x{height}")
    expect(send).to_be_in_viewport(ratio=1)
    assert send.evaluate(ON_TOP)
    page.locator("#composer").evaluate("one => { one.scrollTop = one.scrollHeight }")
    picture(opened, f"composer-{width}x{height}-end")
    expect(send).to_be_in_viewport(ratio=1)
    opened.page.context.close()
