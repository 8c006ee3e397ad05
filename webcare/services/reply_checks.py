"""Checks a reply against what is in force at the moment it would leave, and names every obstacle."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from datetime import datetime
from types import MappingProxyType

from webcare.domain import facts, locked, read_back, replies, reticence
from webcare.domain.checks import Finding
from webcare.domain.playbook import ReplyTemplate
from webcare.errors import Refused
from webcare.services import reply_findings
from webcare.services.grounds import Grounds

_BRACES = re.compile(r"\{[^{}]{0,80}\}")
# What the sentences about facts and braces say already, in words that name the fact.
_FALLEN = ("expired_fact", "retracted_fact")
_UNFILLED = ("unfilled_placeholder",)
# "8:00" doesn't stand in "18:00", nor "10" in "10:30". Latin letters only: some scripts put no spaces.
_NOT_WITHIN = r"(?<![0-9a-z\u00df-\u024f])(?<![0-9][.:,]){}(?![0-9a-z\u00df-\u024f]|[.:,][0-9])"


def refuse_unfit(
    on: Grounds, text: str, *, is_public: bool, overrides: Mapping[str, object] = MappingProxyType({})
) -> None:
    """Raise Refused with one sentence per obstacle; return when the reply may leave.

    `overrides` maps the names of findings to the reason why a lead lets them pass; some never pass.
    """
    held = tuple(reticence.refusals(on.playbooks, on.template.key if on.template else None))
    facts_fallen = (*_required(on), *_stated(on))
    unfilled = tuple(_unfilled(text))
    house = (
        *held,
        *facts_fallen,
        *_unsaid(on, text),
        *unfilled,
        *_template(on, text, is_public=is_public),
        *_booking(on, text),
        *_sample(on),
    )
    said_already = {*(_FALLEN if facts_fallen else ()), *(_UNFILLED if unfilled else ())}
    found = [each for each in blocking(on, text, overrides) if each.name not in said_already]
    reasons = tuple(dict.fromkeys((*house, *(each.sentence for each in found))))
    if reasons:
        can_pass = not house and not any(each.is_final for each in found)
        sentence = f"This reply can't leave yet. {' '.join(reasons)}"
        raise Refused(sentence, reasons, can_pass=can_pass, is_held=bool(held))


def blocking(on: Grounds, text: str, overrides: Mapping[str, object]) -> tuple[Finding, ...]:
    """Return the findings that keep a text from its contact, without those that a lead lets pass."""
    found = (each for each in reply_findings.of(on, text) if each.severity == "block")
    return tuple(each for each in found if each.is_final or each.name not in overrides)


def _required(on: Grounds) -> Iterator[str]:
    if on.template is None:
        return
    for problem in replies.problems(on.template, on.values, on.now):
        yield problem.sentence
    for key in on.template.requires:
        if key in on.held and key not in on.stated:
            yield f"The reply doesn't say which version of '{key}' it states; choose the template again."


def _stated(on: Grounds) -> Iterator[str]:
    """Yield what is wrong with the facts that the text states, at the very versions it was written with."""
    for key, version in on.stated.items():
        held = on.held.get(key)
        if held is None:
            yield f"The fact '{key[:64]}' is not on the desk; take it out of the reply."
        elif held.value.version != version:
            yield (
                f"The fact '{key}' has a newer version ({held.value.version}); "
                f"the reply was written with version {version}. Choose the template again."
            )
        elif not _may_be_stated(on, key):
            yield _sentence(key, held.value, on.now)


def _unsaid(on: Grounds, text: str) -> Iterator[str]:
    """Yield the facts that the reply claims to state though their words, as of now, don't stand in it.

    Otherwise old words could leave under a new version's number, and a correction would miss them.
    """
    present = _plain(text)
    for key, version in on.stated.items():
        held = on.held.get(key)
        if held is None or held.value.version != version or not facts.usable(held.value, on.now):
            continue
        if _is_said(present, held.value) or _is_silent(on, key):
            continue
        other = "choose the template again" if _is_required(on, key) else "untick it below the reply"
        yield (
            f"The reply names the fact '{key}' (version {version}) but doesn't say its words;"
            f" insert the fact again, or {other}."
        )


def _is_required(on: Grounds, key: str) -> bool:
    return on.template is not None and key in on.template.requires


def _is_silent(on: Grounds, key: str) -> bool:
    """Return whether the template needs this fact to be known, but doesn't always say it."""
    if on.template is None or not _is_required(on, key):
        return False
    ground = replies.Ground.of(on.playbook, on.values, on.now)
    forms = (replies.render(on.template, language, ground, {}).text for language in on.template.texts.root)
    return not any(_is_said(_plain(form), on.held[key].value) for form in forms)


def _is_said(present: str, fact: facts.FactVersion) -> bool:
    """Return whether the fact's words stand in a plain text, in any language; so if it has no words."""
    spoken = [words for each in fact.values.values() if (words := _plain(each).rstrip(" .,;:!"))]
    return not spoken or any(
        re.search(_NOT_WITHIN.format(re.escape(words)), present) is not None for words in spoken
    )


def _plain(text: str) -> str:
    return " ".join(unicodedata.normalize("NFC", text).split()).casefold()


def _may_be_stated(on: Grounds, key: str) -> bool:
    value, template = on.held[key].value, on.template
    if facts.usable(value, on.now):
        return True
    # The template then says that nobody knows yet, which is true.
    says_unknown = template is not None and key in (*template.optional, *template.branches_on_unknown)
    return says_unknown and facts.state(value, on.now) == "unknown"


def _sentence(key: str, value: facts.FactVersion, now: datetime) -> str:
    """Return why one fact can't be stated, in the words that the domain has for a required fact."""
    as_required = _ONE_FACT.model_copy(update={"requires": (key,)})
    return " ".join(each.sentence for each in replies.problems(as_required, {key: value}, now))


def _unfilled(text: str) -> Iterator[str]:
    found = tuple(dict.fromkeys(_BRACES.findall(text)))
    if found:
        yield f"Fill in {', '.join(found)} first."
    elif "{" in text or "}" in text:
        yield "The reply holds a loose brace; something was not filled in."


def _template(on: Grounds, text: str, *, is_public: bool) -> Iterator[str]:
    if on.template is None:
        return
    if is_public and "public" not in on.template.channels:
        yield f"'{on.template.key}' is for private messages; this conversation is public."
    ground = replies.Ground.of(on.playbook, on.values, on.now)
    if on.template.locked and not locked.is_unedited(text, on.template, ground):
        yield f"The wording of '{on.template.key}' is locked; choose it again and leave it as it is."
    elif not on.template.locked:
        for key in locked.edited_snippets(text, on.template, ground):
            yield f"The sentence '{key}' is locked; put it back word for word."


def _booking(on: Grounds, text: str) -> Iterator[str]:
    if on.template is not None and on.template.step == "confirmation":
        why = read_back.obstacle(on.thread, read_back.itinerary(on.template, text))
        if why is not None:
            yield why


def _sample(on: Grounds) -> Iterator[str]:
    if on.samples:
        yield (
            f"{', '.join(on.samples)} is a sample that nobody approved yet; an admin approves it by name on"
            f" /playbooks/{on.playbook.slug}/texts."
        )


_ONE_FACT = ReplyTemplate.model_validate(
    {
        "key": "one",
        "version": 1,
        "purpose": {"en": "-", "nl": "-"},
        "channels": ["dm"],
        "texts": {"en": "-", "nl": "-"},
    }
)
