"""Opens a real browser as an agent does, and remembers everything that went wrong on its pages."""

from __future__ import annotations

import re
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Dialog, Page, ViewportSize, expect, sync_playwright

from tests.functional.program import Program, until
from webcare.queries import agents
from webcare.services import invitations

ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    # Letters without coloured edges: pictures are smaller and the same on every machine.
    "--disable-lcd-text",
)
DESK: ViewportSize = {"width": 1440, "height": 900}
PHONE: ViewportSize = {"width": 390, "height": 844}
# How long a page may take on a machine that does ten other things.
SLOW_MS = 20_000
expect.set_options(timeout=SLOW_MS)
SIGN_IN_MINUTES = 30


@dataclass
class Window:
    """One agent's window: its page, and what the browser complained of since it was opened."""

    page: Page
    troubles: list[str] = field(default_factory=list)
    dialogs: list[str] = field(default_factory=list)
    statuses: list[tuple[str, str, int]] = field(default_factory=list)

    def forgive(self, pattern: str) -> None:
        """Take out what a step provokes on purpose; fail when it was not provoked."""
        left = [each for each in self.troubles if not re.search(pattern, each)]
        assert len(left) < len(self.troubles), f"Nothing like {pattern!r} in {self.troubles}"
        self.troubles[:] = left

    def is_calm(self) -> None:
        """Fail when the browser complained, or a page was wider than its window."""
        assert not self.troubles, self.troubles
        wide = self.page.evaluate("document.documentElement.scrollWidth - innerWidth")
        assert wide <= 0, f"{self.page.url} is {wide} px wider than the window"

    def posts(self, path: str) -> list[int]:
        """Return the answers that posts to addresses ending in `path` got."""
        return [status for method, url, status in self.statuses if method == "POST" and url.endswith(path)]


@contextmanager
def browsing(chromium: str) -> Iterator[Browser]:
    """Run a headless Chromium until the block ends."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=list(ARGUMENTS))
        try:
            yield browser
        finally:
            browser.close()


def window(browser: Browser, **options: Any) -> Window:
    """Open a window with cookies of its own; `options` are those of a Playwright context."""
    context = browser.new_context(
        **{"viewport": DESK, "locale": "en-GB", "timezone_id": "Europe/Amsterdam", **options}
    )
    context.set_default_timeout(SLOW_MS)
    page = context.new_page()
    opened = Window(page)

    def answer(dialog: Dialog) -> None:
        opened.dialogs.append(dialog.message)
        dialog.accept()

    page.on("dialog", answer)
    page.on("pageerror", lambda error: opened.troubles.append(f"page error: {error}"))
    page.on(
        "console",
        lambda said: (
            opened.troubles.append(f"{said.text} {said.location.get('url', '')}")
            if said.type in {"error", "warning"}
            else None
        ),
    )
    page.on(
        "response",
        lambda given: opened.statuses.append(
            (given.request.method, given.url.partition("?")[0], given.status)
        ),
    )
    return opened


def printed_link(program: Program) -> str:
    """Return the sign-in link that the program printed for whoever started it."""
    found: list[str] = []

    def has_printed() -> list[str]:
        found[:] = re.findall(r"http://\S+/sign-in/\S+", program.log())
        return found

    until(20, "a link in the log", has_printed)
    return found[-1]


def link_for(program: Program, email: str) -> str:
    """Return a link that signs an agent in, as `webcare link sign-in` prints it."""
    with program.session() as session:
        found = agents.by_email(session, email)
        assert found is not None, f"no agent {email}"
        token = invitations.make(session, "sign_in", found.id, SIGN_IN_MINUTES)
    return f"{program.url}/sign-in/{token}"


def come_in(opened: Window, link: str) -> Page:
    """Open a sign-in link and press its button; return the page of the desk."""
    opened.page.goto(link)
    opened.page.get_by_role("button", name="Open the desk").click()
    opened.page.wait_for_url("**/conversations*")
    return opened.page


@contextmanager
def running(*words: str) -> Iterator[Program]:
    """Run the program with these words on a folder of its own until the block ends."""
    folder = Path(tempfile.mkdtemp(prefix="webcare-browser-"))
    # Root hands the database to an ordinary account, which must be able to walk in.
    folder.chmod(0o711)
    program = Program(folder, words=words)
    try:
        program.start()
        yield program
    finally:
        if program.process is not None and program.process.poll() is None:
            program.stop()
        shutil.rmtree(folder, ignore_errors=True)
