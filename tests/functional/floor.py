"""Seats agents in real browsers before one inbox that tests write to and one end that replies reach."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count
from typing import Any

import httpx
from playwright.sync_api import Browser, Page, expect

from tests.functional.browser import Window, browsing, come_in, link_for, running, window
from tests.functional.program import Program, signed, until
from tests.functional.receiver import Receiver, receiving
from webcare.queries.inboxes import InboxRow
from webcare.services import agents
from webcare.services.agents import NewAgent
from webcare.services.inboxes import NewInbox

CAST = (("Amina", "agent"), ("Bram", "agent"), ("Dev", "lead"))
SitDown = Callable[..., Window]
_numbers = count(1)


@dataclass
class Floor:
    """The program with one inbox, somebody who receives its replies, and the agents at their desks."""

    program: Program
    browser: Browser
    receiver: Receiver
    inbox: InboxRow

    def sit_down(self, name: str, **options: Any) -> Window:
        """Sign an agent in, in a window of its own."""
        opened = window(self.browser, **options)
        come_in(opened, link_for(self.program, f"{name}@polder-air.example"))
        return opened

    def hears(self, contact: str, words: str, **more: str) -> None:
        """Let a contact write."""
        sender = {"id": contact, "name": more.pop("name", contact.title())}
        message = {"id": f"{contact}-{next(_numbers)}", "from": sender, "text": words, **more}
        body = json.dumps(message).encode()
        answer = httpx.post(
            f"{self.program.url}/hooks/{self.inbox.slug}", content=body, headers=signed(self.inbox, body)
        )
        assert answer.status_code == 202, answer.text
        until(
            15,
            f"{message['id']} is read",
            lambda: self.program.rows("SELECT 1 FROM messages WHERE external_id = :id", id=message["id"]),
        )

    def opens(self, who: Window, contact: str) -> Page:
        """Open the conversation with a contact from the list."""
        who.page.goto(f"{self.program.url}/conversations?order=newest")
        who.page.locator("#rows .row-link").filter(has_text=contact.title()).click()
        expect(who.page.locator("#conversation")).to_be_visible()
        return who.page

    def replies(self, words: str) -> list[int]:
        """Return how often each reply that holds `words` reached the contact."""
        until(
            15, f"{words!r} is delivered", lambda: any(words.encode() in one for one in self.receiver.bodies)
        )
        return [1 for one in self.receiver.bodies if words.encode() in one]


@contextmanager
def furnished(chromium: str) -> Iterator[Floor]:
    """Run the program with its inbox and its agents, and a browser, until the block ends."""
    with running("up") as program, receiving() as receiver, browsing(chromium) as browser:
        options = {"outbound_url": receiver.url, "allow_private": True}
        inbox = program.inbox(NewInbox("web", "Polder Air", "webhook", options=options))
        with program.session() as session:
            for name, role in CAST:
                email = f"{name.lower()}@polder-air.example"
                agents.create(session, None, NewAgent(email, name, name[:2].upper(), role))
        yield Floor(program, browser, receiver, inbox)


@contextmanager
def seating(floor: Floor) -> Iterator[SitDown]:
    """Give a function that signs an agent in; afterwards every window must be calm, and is closed."""
    seated: list[Window] = []

    def one(name: str, **options: Any) -> Window:
        seated.append(floor.sit_down(name, **options))
        return seated[-1]

    yield one
    for each in seated:
        each.is_calm()
        assert not each.dialogs, each.dialogs
        each.page.context.close()


def written(page: Page) -> str:
    """Return what stands in the composer."""
    return page.get_by_label("Your reply").input_value()
