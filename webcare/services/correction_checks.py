"""Runs the checks on the texts of a correction run, once per form that they take."""

from __future__ import annotations

from dataclasses import replace

from sqlalchemy import text
from sqlalchemy.orm import Session

from webcare.domain import house_words
from webcare.domain.checks import CheckedDraft, Finding, GivenFact, check
from webcare.domain.corrections import COSTS, Told
from webcare.models import Correction
from webcare.services import correction_wording

_FORMS = text("""
    SELECT DISTINCT c.language, c.is_public FROM correction_notices n
    JOIN conversations c ON c.id = n.conversation_id
    WHERE n.correction_id = :correction AND n.state = 'drafted' ORDER BY 1, 2
""")
# What was wrong is quoted because it was said; what a check must judge is everything around it.
_QUOTED = {"en": "..."}


def blocking(session: Session, correction_id: int) -> tuple[Finding, ...]:
    """Return what forbids the drafted texts of a run to leave; empty when nothing does.

    Texts of one language, in public or not, differ in name, time and quote only, so one of each is read.
    """
    row = session.get_one(Correction, correction_id)
    known, wording = correction_wording.of_run(session, row)
    given = [GivenFact(known.key, tuple(row.right.values()))] if row.right else []
    if wording.promises_costs():
        given.append(GivenFact(COSTS, tuple(known.held[COSTS].value.values.values())))
    found: dict[str, Finding] = {}
    for form in session.execute(_FORMS, {"correction": row.id}):
        told = Told("", known.now, form.language, is_public=form.is_public)
        notice = replace(wording, wrong=_QUOTED).notice(told)
        draft = CheckedDraft(notice.text, notice.language, is_public=form.is_public, facts=tuple(given))
        strict = house_words.applied(draft, check(draft), (known.playbook,))
        found |= {each.sentence: each for each in strict if each.severity == "block"}
    return tuple(found.values())
