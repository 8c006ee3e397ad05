"""Finds a greeting that names somebody else than the person it is for."""

from __future__ import annotations

import re
from collections.abc import Iterator
from importlib import resources
from itertools import chain

import yaml

from webcare.domain.checks.finding import Finding, Mend
from webcare.domain.checks.folding import fold
from webcare.domain.checks.reading import Reading, Span


def _lists() -> dict[str, str]:
    file = resources.files("webcare.domain.checks").joinpath("phrases", "names.yaml")
    lists: dict[str, str] = yaml.load(file.read_text("utf-8"), Loader=yaml.CSafeLoader)
    return lists


_LISTS = _lists()
_HELLO = f"(?:{'|'.join(_LISTS['hello'].splitlines())})"
_TITLES, _PARTICLES, _NOBODY, _FILLERS = (
    frozenset(_LISTS[name].split()) for name in ("titles", "particles", "nobody", "fillers")
)
_SHORT_FORMS = frozenset(frozenset(line.split()) for line in _LISTS["short_forms"].splitlines())
_GREETING = re.compile(
    rf"(?:^|(?<=[\n.!?]))[ \t]{{0,4}}(?:@[\w.]{{1,40}}[,:]?[ "
    rf"\t]{{1,4}})?(?P<hello>{_HELLO})(?P<comma>,?)\s+(?P<rest>[^\n,!?;:\u2014\u2013]{{1,60}})",
    re.MULTILINE,
)
_VOCATIVE = re.compile(
    r"\b(?P<hello>thanks|thank you|sorry|bedankt|dankjewel|dank je(?: wel)?|dank u(?: wel)?|danke"
    r"|merci|gracias)\s(?P<rest>[^\W\d_][\w'-]{1,20})(?=[,.!]\s)"
)
# A sigh before a name with a capital speaks to somebody: "Oh Veronica, ...".
_SIGH = re.compile(
    r"(?:^|(?<=[\n.!?]))[ \t]{0,4}(?P<hello>oh|ach|ah|aw|och|tja)\s"
    r"(?!(?:god|jesus|jee|lord|man|dear|no|yes)\b)"
    r"(?P<rest>[^\W\d_][\w'-]{2,20})(?=[,!]\s)",
    re.MULTILINE,
)
_CLOSING = re.compile(
    r"(?:^|(?<=[\n.!?]))[ \t]{0,4}(?P<hello>thanks|thank you|sorry|bedankt|dank|dankjewel|danke"
    r"|vielen dank|merci|gracias|good|goed|wat|how"
    r")\b[^\n.!?,]{2,60},\s(?P<rest>[^\W\d_][\w'-]{1,20})(?=[.!?](?:\s|$))"
)
_TOKEN = re.compile(r"@?[^\W\d_][\w.'-]*")
_SHORTEST = 3
_WIDEST_GAP = 2
_MOST_NAMES = 2
_PET = re.compile(r"([a-z]{3,}?)(?:tje|je|ie|y)")
_INITIAL = re.compile(r"[a-z]\.?")


def find_wrong_name(reading: Reading) -> Iterator[Finding]:
    """Yield a greeting whose name isn't the contact's; none when nobody knows the contact's name."""
    known = _tokens(fold(reading.draft.contact_name or ""))
    if not known:
        return
    text, folded = reading.draft.text, reading.folded
    for found in chain(*(each.finditer(folded) for each in (_GREETING, _VOCATIVE, _SIGH, _CLOSING))):
        named = _named(text, folded, found)
        if named is None:
            continue
        (start, end), names = named
        if all(_is_known(name, known) for name in names):
            continue
        first = (reading.draft.contact_name or "").split()[0]
        yield Finding(
            "wrong_recipient_name",
            "block",
            start,
            end,
            f"This greets '{text[start:end]}', but you are writing to "
            f"{reading.draft.contact_name}. Mend the name.",
            Mend(f"Write '{first}'", start, end, first),
        )


def _named(text: str, folded: str, found: re.Match[str]) -> tuple[Span, list[str]] | None:
    """Return where a greeting names somebody, and the names that count; None for "Dear customer"."""
    is_formal = found.re is _GREETING
    names: list[str] = []
    span: Span | None = None
    offset = found.start("rest")
    last = 0
    for token in _TOKEN.finditer(folded, offset, found.end("rest")):
        word = token[0].strip(".'-")
        if last and token.start() - last > _WIDEST_GAP:
            break
        last = token.end()
        if word in _TITLES or (word in _PARTICLES and (names or is_formal)):
            continue
        is_capital = text[token.start()].isupper() or word.startswith("@")
        if word in _FILLERS and not names:
            continue
        if word.partition("'")[0] in _NOBODY or not (
            is_capital or _ends_there(folded, token.end(), found, len(names))
        ):
            break
        names.append(word.lstrip("@"))
        span = (span[0] if span else token.start(), token.end())
        if token[0].endswith(".") and len(word) > 1:
            break
    if span is None or (is_formal and found["comma"] and not _ends_there(folded, span[1], found, 0)):
        return None
    return (span[0], span[1] - (text[span[1] - 1] == ".")), names


def _ends_there(folded: str, end: int, found: re.Match[str], already: int) -> bool:
    """Return whether a name in small letters ends the greeting, as in "hi jan,"."""
    return (
        already < _MOST_NAMES
        and re.match(r"\s*(?:[,!\n]|$|[-\u2013\u2014])", folded[end : end + 3]) is not None
        and found.re is _GREETING
    )


def _tokens(name: str) -> list[str]:
    parts = re.findall(r"[^\W_]+", name)
    return [part.rstrip("0123456789") or part for part in parts if part not in _TITLES]


def _is_known(name: str, known: list[str]) -> bool:
    if _INITIAL.fullmatch(name) and any(part.startswith(name[0]) for part in known):
        return True
    parts = [part for part in re.findall(r"[^\W_\d]+", name) if part not in _PARTICLES]
    return all(any(_is_same(part, other) for other in known) or part in "".join(known) for part in parts)


def _is_same(name: str, known: str) -> bool:
    """Return whether two first names are one: the same, a short form, an initial, or a handle's beginning."""
    return (
        name == known
        or (len(name) >= _SHORTEST and known.startswith(name))
        or (len(known) == 1 and name.startswith(known))
        or (name.endswith("s") and name[:-1] == known)
        or ((found := _PET.fullmatch(name)) is not None and known.startswith(found[1]))
        or frozenset({name, known}) in _SHORT_FORMS
    )
