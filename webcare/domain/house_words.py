"""Applies what the playbooks in force ask of the checks: some block here, and some words nobody says."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from webcare.domain import language
from webcare.domain.checks import CheckedDraft, Finding, Mend
from webcare.domain.playbook import ForbiddenWords, Playbook
from webcare.domain.playbook.phrases import spans

NAME = "tone"
"""The name of the finding; a lead may let it pass, with a reason."""


def applied(
    draft: CheckedDraft, found: Iterable[Finding], playbooks: Sequence[Playbook]
) -> tuple[Finding, ...]:
    """Return the findings with the severities of these playbooks and their forbidden words, in text order.

    What one playbook lets block, blocks; no playbook makes a check milder.
    """
    raised = {each.key for playbook in playbooks for each in playbook.checks}
    graver = [replace(one, severity="block") if one.name in raised else one for one in found]
    rules = {each.key: each for playbook in reversed(playbooks) for each in _strictest(playbooks, playbook)}
    said = [each for rule in rules.values() for each in _said(draft, rule, is_raised=NAME in raised)]
    return tuple(sorted((*graver, *said), key=lambda one: (one.start, one.end, one.name)))


def _strictest(playbooks: Sequence[Playbook], playbook: Playbook) -> Iterator[ForbiddenWords]:
    """Yield a playbook's rules; where another one blocks under the same key, this one blocks too."""
    blocking = {each.key for one in playbooks for each in one.words if each.severity == "block"}
    for each in playbook.words:
        yield each.model_copy(update={"severity": "block"}) if each.key in blocking else each


def _said(draft: CheckedDraft, rule: ForbiddenWords, *, is_raised: bool) -> Iterator[Finding]:
    code = draft.language or language.recognise(draft.text)[0]
    if code not in rule.phrases:
        return
    severity = "block" if is_raised else rule.severity
    instead = rule.instead.root.get(code) if rule.instead is not None else None
    for start, end in spans(rule.phrases[code], draft.text):
        mend = _mend(draft.text, (start, end), instead) if instead else None
        yield Finding(NAME, severity, start, end, rule.sentence.of(code), mend)


def _mend(text: str, place: tuple[int, int], instead: str) -> Mend:
    start, end = place
    is_capital = text[start : start + 1].isupper()
    words = instead[:1].upper() + instead[1:] if is_capital else instead
    return Mend(
        f"Say \N{LEFT DOUBLE QUOTATION MARK}{words}\N{RIGHT DOUBLE QUOTATION MARK}", start, end, words
    )
