"""Takes signed JSON from programs: proven, kept, then answered 202 with a receipt per message."""

from __future__ import annotations

import hashlib
import time
from typing import TYPE_CHECKING, Any

import msgspec
from flask import Blueprint, Response, request
from werkzeug import wsgi

from webcare import clock, db, settings
from webcare.channels import webhook
from webcare.domain.utterances import Raw
from webcare.errors import Away, BadSignature, Conflict, NotFound, Refused, WebcareError
from webcare.queries import inboxes
from webcare.queries.inboxes import InboxRow
from webcare.services import idempotency, intake
from webcare.services.intake import Arrived, Receipt
from webcare.views.shared_commit import SharedCommit

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

blueprint = Blueprint("hooks", __name__)
_shared = SharedCommit()
_encode = msgspec.json.Encoder().encode

# How long a changed secret or a closed inbox may go unnoticed; saves a query per message.
CACHE_S = 2.0
ADDRESS = "/hooks/"
JSON = "application/json"
# Where the door leaves an error for the route.
_TROUBLE = "webcare.trouble"
_MAX_KEY = 200
_known: dict[str, tuple[float, InboxRow]] = {}


class _TooLarge(WebcareError):
    status = 413


def at_the_door(environ: WSGIEnvironment, path: str) -> bytes | None:
    """Keep what is plainly a post to an inbox and return the answer, before any framework looks at it.

    Flask's own work on a request costs twice what it costs to prove and keep one message. Return None
    for everything else and for every trouble: the route below then says in JSON what is wrong.
    """
    slug = path.removeprefix(ADDRESS)
    is_plain = slug and "/" not in slug and slug.isascii() and slug.isprintable()
    if environ["REQUEST_METHOD"] != "POST" or not is_plain:
        return None
    try:
        return _kept(environ, slug)
    except Exception as error:  # noqa: BLE001 - raised again by the route, in the middle of its handlers
        environ[_TROUBLE] = error
        return None


@blueprint.post(f"{ADDRESS}<slug>")
def accept(slug: str) -> Response:
    """Keep one message or a batch of up to 1,000 and answer 202 after the commit."""
    if _TROUBLE in request.environ:
        raise request.environ.pop(_TROUBLE)
    return Response(_kept(request.environ, slug), 202, content_type=JSON)


def _kept(environ: WSGIEnvironment, slug: str) -> bytes:
    body = _body(environ)
    inbox = _inbox(slug)
    raw = Raw(body, {webhook.HEADER: environ.get("HTTP_WEBCARE_SIGNATURE", "")})
    try:
        webhook.verify(raw, inbox.config(), clock.now())
    except BadSignature:
        raise BadSignature("The signature is missing, wrong or older than 300 seconds.") from None
    items = [
        Arrived(item.dedupe_key, item.body, item.sha256, item.external_id) for item in webhook.split(body)
    ]
    key = environ.get("HTTP_IDEMPOTENCY_KEY")
    if key is not None:
        return _encode(_once(inbox, key, body, items))
    if len(items) == 1:
        return _encode(_receipts([_shared.keep(inbox, items[0])]))
    with db.transaction() as session:
        return _encode(_receipts(intake.accept(session, inbox, items)))


def refuse(error: WebcareError) -> Response:
    """Answer a program in JSON, with how to go on."""
    answer = Response(_encode({"error": str(error)}), error.status, content_type=JSON)
    if isinstance(error, Away):
        answer.headers["Retry-After"] = "5"
    return answer


def _body(environ: WSGIEnvironment) -> bytes:
    # Nothing is unpacked for a sender: a small body that grows to gigabytes is refused unread.
    if environ.get("HTTP_CONTENT_ENCODING", "identity") != "identity":
        raise Refused("Send the body as it is, without Content-Encoding.")
    limit = settings.get().webcare_max_body
    is_announced = (wsgi.get_content_length(environ) or 0) > limit
    body = b"" if is_announced else wsgi.get_input_stream(environ).read(limit + 1)
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
