"""Takes signed JSON from programs: proven, kept, then answered 202 with a receipt per message."""

from __future__ import annotations

import hashlib
import time
from typing import Any

import msgspec
from flask import Blueprint, Response, request

from webcare import clock, db, settings
from webcare.channels import webhook
from webcare.domain.utterances import Raw
from webcare.errors import Away, BadSignature, Conflict, NotFound, Refused, WebcareError
from webcare.queries import inboxes
from webcare.queries.inboxes import InboxRow
from webcare.services import idempotency, intake
from webcare.services.intake import Arrived, Receipt
from webcare.views.shared_commit import SharedCommit

blueprint = Blueprint("hooks", __name__)
_shared = SharedCommit()
_encode = msgspec.json.Encoder().encode

# How long a changed secret or a closed inbox may go unnoticed; saves a query per message.
CACHE_S = 2.0
_MAX_KEY = 200
_known: dict[str, tuple[float, InboxRow]] = {}


class _TooLarge(WebcareError):
    status = 413


@blueprint.post("/hooks/<slug>")
def accept(slug: str) -> Response:
    """Keep one message or a batch of up to 1,000 and answer 202 after the commit."""
    body = _body()
    inbox = _inbox(slug)
    # From the environment: the header mapping costs a search per name, for each of thousands a second.
    given = request.environ
    raw = Raw(body, {webhook.HEADER: given.get("HTTP_WEBCARE_SIGNATURE", "")})
    try:
        webhook.verify(raw, inbox.config(), clock.now())
    except BadSignature:
        return _answer({"error": "The signature is missing, wrong or older than 300 seconds."}, 401)
    items = [
        Arrived(item.dedupe_key, item.body, item.sha256, item.external_id) for item in webhook.split(body)
    ]
    key = given.get("HTTP_IDEMPOTENCY_KEY")
    if key is not None:
        return _answer(_once(inbox, key, body, items), 202)
    if len(items) == 1:
        return _answer(_receipts([_shared.keep(inbox, items[0])]), 202)
    with db.transaction() as session:
        receipts = intake.accept(session, inbox, items)
    return _answer(_receipts(receipts), 202)


def refuse(error: WebcareError) -> Response:
    """Answer a program in JSON, with how to go on."""
    answer = _answer({"error": str(error)}, error.status)
    if isinstance(error, Away):
        answer.headers["Retry-After"] = "5"
    return answer


def _body() -> bytes:
    # Nothing is unpacked for a sender: a small body that grows to gigabytes is refused unread.
    if request.environ.get("HTTP_CONTENT_ENCODING", "identity") != "identity":
        raise Refused("Send the body as it is, without Content-Encoding.")
    limit = settings.get().webcare_max_body
    is_announced = (request.content_length or 0) > limit
    body = b"" if is_announced else request.stream.read(limit + 1)
    if is_announced or len(body) > limit:
        raise _TooLarge(f"The body is larger than {limit} bytes. Send fewer messages at once.")
    return body


def _inbox(slug: str) -> InboxRow:
    cached = _known.get(slug)
    if cached and cached[0] > time.monotonic():
        return cached[1]
    with db.transaction() as session:
        found = inboxes.by_slug(session, slug)
    if found is None or found.channel != "webhook":
        _known.pop(slug, None)
        raise NotFound("There is no such inbox for signed messages.")
    _known[slug] = (time.monotonic() + CACHE_S, found)
    return found


def _once(inbox: InboxRow, key: str, body: bytes, items: list[Arrived]) -> dict[str, Any]:
    if not key.isprintable() or not 0 < len(key) <= _MAX_KEY:
        raise Refused(f"An Idempotency-Key is 1 to {_MAX_KEY} printable characters.")
    sha256 = hashlib.sha256(body).digest()
    with db.transaction() as session:
        earlier = idempotency.find(session, inbox.id, key)
        if earlier is None:
            answer = _receipts(intake.accept(session, inbox, items))
            earlier = idempotency.remember(session, inbox.id, key, (sha256, answer))
    if earlier.sha256 != sha256:
        raise Conflict("This Idempotency-Key was used for another body. Use a new key for a new request.")
    return earlier.answer


def _receipts(receipts: list[Receipt]) -> dict[str, Any]:
    return {"receipts": [{"id": receipt.id, "status": receipt.status} for receipt in receipts]}


def _answer(body: dict[str, Any], status: int) -> Response:
    return Response(_encode(body), status, content_type="application/json")
