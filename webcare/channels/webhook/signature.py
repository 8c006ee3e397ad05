"""Signs bodies and checks signatures: HMAC-SHA256 over the moment and the exact bytes."""

from __future__ import annotations

import hmac
import re
from typing import TYPE_CHECKING

from webcare.channels.contract import header
from webcare.errors import BadSignature

if TYPE_CHECKING:
    from datetime import datetime

    from webcare.domain.utterances import InboxConfig, Raw

HEADER = "Webcare-Signature"
WINDOW_SECONDS = 300
MAX_HEADER = 1000
MAX_SIGNATURES = 5  # two live secrets on each side of a rotation, and one to spare

_PART = re.compile(
    r"\s*(?:t=(?P<t>[0-9]{1,12})|v1=(?P<v1>[0-9a-f]{64})|v(?!1=)[0-9]{1,2}=[\w+/=-]*)\s*", re.ASCII
)


def verify(raw: Raw, config: InboxConfig, now: datetime) -> None:
    """Check `Webcare-Signature: t=<unix seconds>,v1=<hex>[,v1=<hex>]` against every live secret.

    Raises BadSignature for anything missing, odd, wrong or further than 300 seconds from `now`.
    """
    moment, given = _read(header(raw.headers, HEADER))
    if abs(now.timestamp() - int(moment)) > WINDOW_SECONDS:
        raise BadSignature(
            "The signature's moment lies more than 300 seconds away. Check the sender's clock."
        )
    for secret in config.secrets:
        if secret and _matches(_digest(raw.body, secret, moment), given):
            return
    raise BadSignature("The signature does not fit this body and this inbox's secret.")


def sign(body: bytes, secret: str, now: datetime) -> str:
    """Return the value of the `Webcare-Signature` header for these bytes at that moment."""
    moment = str(int(now.timestamp()))
    return f"t={moment},v1={_digest(body, secret, moment)}"


def _read(value: str) -> tuple[str, list[str]]:
    if not 0 < len(value) <= MAX_HEADER:
        raise BadSignature(f"The header {HEADER} is missing or longer than {MAX_HEADER} characters.")
    parts = [_PART.fullmatch(part) for part in value.split(",")]
    moments = [part["t"] for part in parts if part and part["t"]]
    given = [part["v1"] for part in parts if part and part["v1"]]
    if None in parts or len(moments) != 1 or not 0 < len(given) <= MAX_SIGNATURES:
        raise BadSignature(f"The header {HEADER} must read t=<unix seconds>,v1=<64 hex digits>.")
    return moments[0], given


def _digest(body: bytes, secret: str, moment: str) -> str:
    key = secret.encode("utf-8", "surrogatepass")
    return hmac.digest(key, b"%b.%b" % (moment.encode(), body), "sha256").hex()


def _matches(expected: str, given: list[str]) -> bool:
    return any(hmac.compare_digest(expected, one) for one in given)
