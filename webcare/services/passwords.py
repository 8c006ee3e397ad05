"""Hashes and checks passwords with Argon2id, and refuses the ones that are guessed first."""

from __future__ import annotations

from functools import lru_cache

from argon2 import PasswordHasher
from argon2.exceptions import Argon2Error, InvalidHashError

from webcare.errors import Refused

# OWASP's figures for Argon2id: 19 MiB and two passes, about 20 ms; ten at once still fit a small machine.
_HASHER = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)
SHORTEST, LONGEST = 12, 200
_FEWEST_LETTERS = 5


def hashed(password: str, own_words: tuple[str, ...] = ()) -> str:
    """Return the hash to store; raise Refused for a password that is too short or too easily guessed.

    `own_words` are the name and address of the agent, which must not be the password.
    """
    if len(password) < SHORTEST:
        raise Refused(f"The password needs at least {SHORTEST} characters; a sentence is fine, 15 is better.")
    if len(password) > LONGEST:
        raise Refused(f"The password has more than {LONGEST} characters; choose a shorter one.")
    plain = "".join(letter for letter in password.casefold() if letter.isalnum())
    own = {"".join(letter for letter in word.casefold() if letter.isalnum()) for word in own_words}
    if len(set(plain)) < _FEWEST_LETTERS or plain.strip("0123456789") in {"", "password", "webcare", *own}:
        raise Refused(
            "This password is too easy to guess; three or four words that don't belong together are good."
        )
    return _HASHER.hash(_encoded(password))


def matches(stored: str | None, password: str) -> bool:
    """Return whether `password` is the one that was stored; without one the same work is done in vain."""
    try:
        found = _HASHER.verify(stored or _dummy(), _encoded(password[: LONGEST + 1]))
    except (Argon2Error, InvalidHashError):
        return False
    return found and stored is not None


def _encoded(password: str) -> bytes:
    return password.encode(errors="surrogatepass")


@lru_cache(maxsize=1)
def _dummy() -> str:
    return _HASHER.hash(b"nobody has this password")
