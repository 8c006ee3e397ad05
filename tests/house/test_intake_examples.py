"""The examples of docs/intake.md, run as they stand against the running desk: in Python and in a shell."""

from __future__ import annotations

import re
import shutil
import subprocess
import threading
from collections.abc import Iterator
from typing import Any
from urllib.error import HTTPError

import pytest
from werkzeug.serving import make_server

from tests.house.source import ROOT
from webcare import db, settings
from webcare.app import create_app
from webcare.queries.inboxes import InboxRow
from webcare.services import inboxes
from webcare.services.inboxes import NewInbox
from webcare.views import hooks

pytestmark = pytest.mark.usefixtures("clean_database", "redis_url")


def example(language: str) -> str:
    """Return the first block of docs/intake.md in `language`."""
    text = (ROOT / "docs/intake.md").read_text(encoding="utf-8")
    found = re.search(rf"```{language}\n(.*?)```", text, re.DOTALL)
    assert found, f"docs/intake.md has no example in {language}."
    return found[1]


@pytest.fixture
def inbox() -> InboxRow:
    hooks._known.clear()
    with db.transaction() as session:
        return inboxes.create(session, None, NewInbox("crm", "From the CRM", "webhook"))


@pytest.fixture
def url() -> Iterator[str]:
    server = make_server("127.0.0.1", 0, create_app(settings.get()), threaded=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/hooks/crm"
    server.shutdown()
    server.server_close()


def test_the_python_example_sends_and_repeats_safely(inbox: InboxRow, url: str) -> None:
    names: dict[str, Any] = {}
    exec(compile(example("python"), "docs/intake.md", "exec"), names)  # noqa: S102 - the promise of the page
    messages = [{"id": f"m-{each}", "from": "eve", "text": "Where is ZZ123?"} for each in range(3)]
    first = names["send"](url, inbox.secrets[0], messages)
    assert [each["status"] for each in first["receipts"]] == ["kept"] * 3
    again = names["send"](url, inbox.secrets[0], messages)
    assert [each["id"] for each in again["receipts"]] == [each["id"] for each in first["receipts"]]
    with pytest.raises(HTTPError, match="401"):
        names["send"](url, "another secret", messages)


@pytest.mark.skipif(not (shutil.which("openssl") and shutil.which("curl")), reason="needs openssl and curl")
def test_the_shell_example_sends(inbox: InboxRow, url: str) -> None:
    lines = example("sh").splitlines()
    lines[0], lines[1] = f"URL={url}", f"SECRET='{inbox.secrets[0]}'"
    done = subprocess.run(["sh", "-eu", "-c", "\n".join(lines)], capture_output=True, text=True, check=False)
    assert '"status":"kept"' in done.stdout.replace(" ", ""), done.stdout + done.stderr
