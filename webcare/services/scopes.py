"""Checks the scope that an activation is given: real open inboxes, codes of languages, proper labels."""

from __future__ import annotations

import re

from sqlalchemy.orm import Session

from webcare.domain import labels
from webcare.domain.coverage import Coverage
from webcare.domain.language import UNKNOWN
from webcare.errors import Refused
from webcare.queries import inboxes

# A scope that names more than this is a list that nobody reads before confirming it.
MOST = 50
_CODE = re.compile(r"[a-z]{2,3}")


def checked(session: Session, wanted: Coverage, mode: str) -> Coverage:
    """Return `wanted` with each part once and in order, labels cleaned.

    Raises Refused for an inbox that is closed, of a rehearsal or not there, for what is no code of a
    language or no label, for more than 50 of a sort, and for a rehearsal with any scope.
    """
    if wanted.is_everything:
        return wanted
    if mode == "rehearsal":
        raise Refused(
            "A rehearsal has an inbox of its own and covers all of it; take the scope off, or choose 'real'."
        )
    if max(len(wanted.inboxes), len(wanted.languages), len(wanted.labels)) > MOST:
        raise Refused(f"Name {MOST} inboxes, languages or labels at most; without any it covers everything.")
    return Coverage(
        _inboxes(session, wanted.inboxes),
        tuple(sorted({_language(code) for code in wanted.languages})),
        labels.many(wanted.labels),
    )


def _inboxes(session: Session, wanted: tuple[int, ...]) -> tuple[int, ...]:
    if not wanted:
        return ()
    live = {each.id for each in inboxes.listed(session) if each.rehearsal_id is None}
    gone = sorted(set(wanted) - live)
    if gone:
        names = ", ".join(str(each)[:20] for each in gone)
        raise Refused(f"No open inbox has the number {names}; choose from the list.")
    return tuple(sorted(set(wanted)))


def _language(code: str) -> str:
    small = code.strip().lower()
    if small == UNKNOWN or not _CODE.fullmatch(small):
        raise Refused(
            f"'{code[:20]}' is no code of a language; write two letters such as nl."
            " Messages in no known language are covered by every language."
        )
    return small
