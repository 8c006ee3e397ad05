"""The contract of all channels: a closed set, four functions each, and two that can't send."""

from __future__ import annotations

import json

import pytest

from tests.channels.conftest import inbox, reply, settings
from webcare import channels, clock
from webcare.domain.utterances import Raw
from webcare.errors import BadSignature, ChannelError, NotFound, Refused, Unreadable


@pytest.mark.parametrize("name", channels.NAMES)
def test_every_channel_keeps_the_contract(name: str) -> None:
    module = channels.module(name)
    assert all(callable(getattr(module, verb)) for verb in ("verify", "split", "parse", "send"))
    (item,) = module.split(b"\x00 no message at all", {})
    assert item.body == b"\x00 no message at all"


@pytest.mark.parametrize("name", ["", "os", "webhook.batch", "../email", "Email"])
def test_no_other_name_is_imported(name: str) -> None:
    with pytest.raises(NotFound):
        channels.module(name)


def test_answers_to_a_form_go_by_mail() -> None:
    assert channels.sends_by("form") == "email"
    assert channels.sends_by("webhook") == "webhook"
    with pytest.raises(ChannelError, match="reply_channel") as caught:
        channels.module("form").send(reply(), inbox("form"), settings())
    assert (caught.value.permanent, caught.value.certainty) == (False, "not_sent")


def test_a_rehearsal_reads_but_neither_listens_nor_sends() -> None:
    rehearsal = channels.module("rehearsal")
    body = json.dumps({"id": "r-1", "from": "eve", "text": "Where is ZZ123?"}).encode()
    assert rehearsal.split(body, {})[0].dedupe_key == "id:r-1"
    assert rehearsal.parse(Raw(body), inbox("rehearsal")).text == "Where is ZZ123?"
    with pytest.raises(BadSignature):
        rehearsal.verify(Raw(body), inbox("rehearsal"), clock.now())
    with pytest.raises(Refused, match="nothing leaves the house"):
        rehearsal.send(reply(), inbox("rehearsal"), settings())


def test_a_rehearsal_shows_what_it_cannot_read() -> None:
    with pytest.raises(Unreadable):
        channels.module("rehearsal").parse(Raw(b"{"), inbox("rehearsal"))
