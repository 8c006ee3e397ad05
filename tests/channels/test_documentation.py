"""The example channel in docs/channels.md is run, so that it can't go stale."""

from __future__ import annotations

import re
import types
from pathlib import Path

import pytest

from tests.channels.conftest import SECRET, Receiver, answering, inbox, reply, settings
from webcare import clock
from webcare.domain.utterances import Raw, Sent
from webcare.errors import BadSignature, ChannelError, Unreadable

PAGE = Path(__file__).parents[2] / "docs" / "channels.md"


@pytest.fixture(scope="module")
def letterbox() -> types.ModuleType:
    found = re.search(r"```python\n(.*?)```", PAGE.read_text("utf-8"), re.DOTALL)
    assert found
    module = types.ModuleType("letterbox")
    exec(compile(found[1], str(PAGE), "exec"), module.__dict__)  # noqa: S102
    return module


def test_the_example_reads(letterbox: types.ModuleType) -> None:
    raw = Raw(
        b"Where is ZZ123?", {"letterbox-word": SECRET, "letterbox-from": "eve", "letterbox-number": "7"}
    )
    letterbox.verify(raw, inbox("letterbox"), clock.now())
    assert letterbox.split(raw.body, raw.headers)[0].dedupe_key == "id:7"
    assert letterbox.parse(raw, inbox("letterbox")).text == "Where is ZZ123?"
    with pytest.raises(BadSignature):
        letterbox.verify(Raw(b""), inbox("letterbox"), clock.now())
    with pytest.raises(Unreadable):
        letterbox.parse(Raw(b"x"), inbox("letterbox"))


def test_the_example_sends(letterbox: types.ModuleType, receiver: Receiver) -> None:
    config = inbox("letterbox", options={"outbound_url": receiver.url, "allow_private": True})
    receiver.react = answering(201, b"letter-9")
    assert letterbox.send(reply(), config, settings()) == Sent("letter-9")
    for status, permanent, certainty in ((404, True, "not_sent"), (500, False, "unknown")):
        receiver.react = answering(status)
        with pytest.raises(ChannelError) as caught:
            letterbox.send(reply(), config, settings())
        assert (caught.value.permanent, caught.value.certainty) == (permanent, certainty)
