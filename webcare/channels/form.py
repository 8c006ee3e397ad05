"""The public contact form: its fields in as JSON; its answers go out by e-mail.

`SENDS_BY` names the channel that carries answers. A form inbox says in its options which inbox that
is: `reply_channel: email` and, when there is more than one, `reply_inbox: <slug>`. The delivery worker
takes that inbox's config and calls `channels.module("email").send`; this module never calls another.
"""

from __future__ import annotations

import hmac
import json
from typing import TYPE_CHECKING, Any, NoReturn

from webcare.channels import addresses, json_body, plain
from webcare.channels.contract import Item, item, usable_id
from webcare.domain.utterances import Inbound
from webcare.errors import BadSignature, ChannelError, Unreadable

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from webcare.domain.utterances import InboxConfig, Outbound, Raw
    from webcare.settings import Settings

SENDS_BY = "email"
HONEYPOT = "website"
FIELDS = ("id", "key", "name", "address", "subject", "text", HONEYPOT)


def pack(given: Mapping[str, str]) -> bytes:
    """Return posted fields as the bytes to keep; unknown fields are left out.

    `id` is a random text made with the empty form: a form that is posted twice is then kept once.
    """
    known = {field: str(given[field]) for field in FIELDS if field in given}
    return json.dumps(known).encode("ascii")


def verify(raw: Raw, config: InboxConfig, now: datetime) -> None:  # noqa: ARG001 - contract
    """Check the form's key, if the inbox has any, and that the field people can't see is empty.

    Raises BadSignature. The page should then say that nothing was sent: a browser may have filled
    the hidden field for a person in need.
    """
    given = _given(raw.body)
    if str(given.get(HONEYPOT, "")).strip():
        raise BadSignature("A field that must stay empty was filled in. Clear it and send again.")
    key = str(given.get("key", "")).encode("utf-8", "replace")
    keys = [secret.encode("utf-8", "replace") for secret in config.secrets if secret]
    if keys and not any(hmac.compare_digest(key, one) for one in keys):
        raise BadSignature("This form is out of date. Load the page again and send it once more.")


def split(body: bytes, headers: Mapping[str, str]) -> list[Item]:  # noqa: ARG001 - contract
    """Return the one message of a form."""
    try:
        return [item(body, _given(body).get("id"))]
    except BadSignature:
        return [item(body)]


def parse(raw: Raw, config: InboxConfig) -> Inbound:  # noqa: ARG001 - contract
    """Read a kept form; raises Unreadable without text. A wrong address is a notice, not a loss."""
    given = json_body.load(raw.body)
    if not isinstance(given, dict) or not str(given.get("text") or "").strip():
        raise Unreadable("This form holds no text. Ask the sender to fill in the message field.")
    notices: list[str] = []
    address = addresses.valid(str(given.get("address") or ""))
    if address is None:
        wrong = plain.line(str(given.get("address") or "nothing"), 100)
        notices.append(f"{addresses.NOBODY_TO_ANSWER} Filled in was: {wrong}.")
    return Inbound(
        address=address or addresses.unknown(raw.body),
        name=plain.line(str(given.get("name") or ""), 200) or ("" if address else addresses.UNKNOWN),
        subject=plain.line(str(given.get("subject") or ""), 500),
        text=plain.bounded(str(given["text"]), notices),
        external_id=usable_id(given.get("id")),
        sent_at=raw.received_at,
        notices=tuple(notices),
    )


def send(outbound: Outbound, config: InboxConfig, settings: Settings) -> NoReturn:  # noqa: ARG001 - contract
    """Refuse: answers to a form leave through the inbox of `SENDS_BY`. Raises ChannelError."""
    raise ChannelError(
        f"Answers to the form inbox {config.slug!r} leave by e-mail. Name the e-mail inbox in its "
        "options: reply_channel: email, reply_inbox: <slug>.",
        permanent=False,
        certainty="not_sent",
    )


def _given(body: bytes) -> dict[str, Any]:
    try:
        given = json_body.load(body)
    except Unreadable:
        given = None
    if not isinstance(given, dict):
        raise BadSignature("This is not a posted form.")
    return given
