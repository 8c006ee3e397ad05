"""Makes and checks the token by which an answer finds its conversation: nobody else can write one."""

from __future__ import annotations

import base64
import hmac
import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

# 128 of the 256 bits in base32: a mail address has room for 64 characters before its @, and some
# mail servers change their case.
_BYTES = 16
_TOKEN = re.compile(r"(?<![0-9a-z])([0-9]{1,19})-([a-z2-7]{26})(?=@)", re.ASCII)
_MAX_CANDIDATES = 100


def make(conversation_id: int, secret: str) -> str:
    """Return the token of a conversation under an inbox's secret, fit for the left part of an address."""
    return f"{conversation_id}-{_proof(str(conversation_id), secret)}"


def verify(token: str, secrets: Iterable[str]) -> int | None:
    """Return the conversation that a token was made for, or None; compares in full and constant time."""
    found = _TOKEN.match(f"{token.lower()}@")
    if found is None or found.end() != len(token) or str(int(found[1])) != found[1]:
        return None
    given = found[2]
    proofs = [_proof(found[1], secret) for secret in secrets if secret]
    return int(found[1]) if any(hmac.compare_digest(given, proof) for proof in proofs) else None


def find(values: Iterable[str], secrets: Iterable[str]) -> int | None:
    """Return the first verified conversation in header values (recipients, In-Reply-To, References)."""
    kept = tuple(secrets)
    seen = 0
    for value in values:
        for found in _TOKEN.finditer(value.lower()):
            seen += 1
            conversation_id = verify(found[0], kept)
            if conversation_id is not None:
                return conversation_id
            if seen >= _MAX_CANDIDATES:
                return None
    return None


def _proof(conversation: str, secret: str) -> str:
    key = secret.encode("utf-8", "surrogatepass")
    digest = hmac.digest(key, b"webcare thread " + conversation.encode("ascii"), "sha256")
    return base64.b32encode(digest[:_BYTES]).decode("ascii").rstrip("=").lower()
