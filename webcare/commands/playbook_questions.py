"""Asks what a new playbook needs, one question at a time; an answer that can't be is asked again."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable

import click

from webcare.domain.playbook import PLACEHOLDERS, Playbook
from webcare.domain.playbook.wording import WordingError, names, parse
from webcare.playbooks.assembling import SLUG
from webcare.playbooks.starting import Both, NewFact, NewReply

TONES = ("warm-informal", "warm-plain", "formal-reticent")
POLICIES = ("answer-all", "answer-questions", "allowlist-only", "hold")
KINDS = ("status", "policy", "contact", "legal", "estimate", "computed")
_KEY = re.compile(r"[a-z][a-z0-9]*(?:_[a-z0-9]+)*")
_REPLY_KEY = re.compile(r"[a-z][a-z0-9_]*(?:[.-][a-z0-9_]+)*")
_LANGUAGE = re.compile(r"[a-z]{2,3}")
_LONGEST_KEY = 64


def slug(given: str) -> str:
    """Return a slug; raise UsageError, which asks again, when it can't be the name of a folder."""
    if not SLUG.fullmatch(given):
        raise click.UsageError(
            f"'{given}' can't be a slug; use small letters, digits and dashes, as in power-cut."
        )
    return given


def languages(given: str) -> tuple[str, ...]:
    """Return language codes that stand between commas or blanks; raise UsageError for what is no code."""
    found = tuple(dict.fromkeys(given.replace(",", " ").split()))
    odd = [each for each in found if not _LANGUAGE.fullmatch(each)]
    if odd or not found:
        raise click.UsageError(f"'{given}' holds no language codes; write them as: nl, en")
    return found


def words(question: str) -> str:
    """Ask for words until there are some."""
    return str(click.prompt(question, value_proc=_filled))


def both(question: str) -> Both:
    """Ask for words in English and in Dutch."""
    return Both(words(f"{question}, in English"), words("The same in Dutch"))


def facts(playbook: Playbook) -> tuple[NewFact, ...]:
    """Ask for the first facts until an empty key; `playbook` is what the new one builds on."""
    click.echo("\nWhat must replies rest on? One fact per question that only operations can answer.")
    taken = {each.key for each in playbook.facts}
    found: list[NewFact] = []
    while key := _key("Key of a fact, such as affected_area", new_fact_key, taken):
        taken.add(key)
        kind = click.prompt("Its kind", type=click.Choice(KINDS), default="status")
        help_ = both("What it says, for who fills it in")
        unknown = None
        if click.confirm("Can it be unknown for a while?", default=True):
            unknown = both("What to say then, in the middle of a sentence")
        found.append(NewFact(key, kind, help_, unknown))
    return tuple(found)


def replies(playbook: Playbook, new: Iterable[NewFact], *, is_needed: bool) -> tuple[NewReply, ...]:
    """Ask for the first replies until an empty key; one must be there when `is_needed`."""
    click.echo(
        "\nWhat do people ask first? Write a reply for each; facts stand between braces: {affected_area}."
    )
    usable = usable_names(playbook, new)
    taken = {each.key for each in playbook.replies}
    found: list[NewReply] = []
    while key := _key(
        "Key of a reply, such as area.where", new_reply_key, taken, must=is_needed and not found
    ):
        taken.add(key)
        found.append(NewReply(key, both("The question that it answers"), _texts(usable)))
    return tuple(found)


def _texts(usable: frozenset[str]) -> Both:
    english = str(click.prompt("Its words in English", value_proc=lambda text: said(text, usable)))
    dutch = str(click.prompt("Its words in Dutch", value_proc=lambda text: same(text, english, usable)))
    return Both(english, dutch)


def usable_names(playbook: Playbook, new: Iterable[NewFact]) -> frozenset[str]:
    """Return every name that may stand between braces."""
    known = (each.key for each in (*playbook.facts, *playbook.snippets))
    return frozenset({*known, *(each.key for each in new), *PLACEHOLDERS})


def said(text: str, usable: frozenset[str]) -> str:
    """Return the words of a reply; raise UsageError when braces don't add up or name nothing."""
    kept = _filled(text)
    try:
        odd = sorted(set(names(parse(kept))) - usable)
    except WordingError as error:
        raise click.UsageError(f"{error}.") from error
    if odd:
        raise click.UsageError(f"'{{{odd[0]}}}' is no fact and no placeholder; make it a fact first.")
    return kept


def same(text: str, english: str, usable: frozenset[str]) -> str:
    """Return Dutch words that name what the English ones name; raise UsageError when they don't."""
    kept = said(text, usable)
    missing = sorted(set(names(parse(english))) ^ set(names(parse(kept))))
    if missing:
        raise click.UsageError(f"'{{{missing[0]}}}' stands in one language only; use it in both or in none.")
    return kept


def new_fact_key(given: str, taken: Iterable[str]) -> str:
    """Return the key of a new fact; raise UsageError for one that is odd or taken."""
    if not _KEY.fullmatch(given) or len(given) > _LONGEST_KEY or given in PLACEHOLDERS:
        raise click.UsageError(f"'{given}' can't be a fact; use small letters and _, as in affected_area.")
    return _free(given, taken)


def new_reply_key(given: str, taken: Iterable[str]) -> str:
    """Return the key of a new reply; raise UsageError for one that is odd or taken."""
    if not _REPLY_KEY.fullmatch(given) or len(given) > _LONGEST_KEY:
        raise click.UsageError(f"'{given}' can't be a reply; use small letters and dots, as in area.where.")
    return _free(given, taken)


def _key(
    question: str, check: Callable[[str, Iterable[str]], str], taken: Iterable[str], *, must: bool = False
) -> str:
    """Ask for a key; an empty answer ends the list, unless there `must` be one."""

    def proved(given: str) -> str:
        plain = given.strip()
        if not plain and must:
            raise click.UsageError("An allow-list needs at least one reply; write the first one.")
        return check(plain, taken) if plain else ""

    ending = "" if must else " (empty to go on)"
    return str(click.prompt(question + ending, default="", show_default=False, value_proc=proved))


def _free(given: str, taken: Iterable[str]) -> str:
    if given in set(taken):
        raise click.UsageError(f"'{given}' is there already; choose another key.")
    return given


def _filled(given: str) -> str:
    if not given.strip():
        raise click.UsageError("This can't be empty.")
    return given.strip()
