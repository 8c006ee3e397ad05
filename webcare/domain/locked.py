"""Finds out whether wording that nobody may edit still stands in a text, word for word."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product

from webcare.domain.playbook.placeholders import PLACEHOLDERS
from webcare.domain.playbook.sentences import ReplyTemplate, Snippet
from webcare.domain.playbook.wording import Branch, Piece, Slot, parse
from webcare.domain.replies import YES, Ground, render

# A private-use character can't stand in a playbook's text, so it marks where a person filled something in.
_GAP = "\ue000"
# The longest thing that a person fills in: an itinerary with several flights.
_LONGEST = 600
_MOST_BRANCHES = 6


def is_unedited(text: str, template: ReplyTemplate, ground: Ground) -> bool:
    """Return whether `text` is the template with nothing but its placeholders filled in, in any language."""
    return any(_fits(_plain(text), _plain(form)) for form in _forms(template, ground))


def edited_snippets(text: str, template: ReplyTemplate, ground: Ground) -> tuple[str, ...]:
    """Return the keys of locked snippets that the template has but the text no longer says word for word."""
    present = _plain(text)
    wanted = {
        piece.name
        for piece in _named(parse(template.texts.en))
        if piece.name in ground.snippets and ground.snippets[piece.name].locked
    }
    return tuple(key for key in sorted(wanted) if not _says(present, key, ground))


def spoken(snippet: Snippet, ground: Ground) -> tuple[str, ...]:
    """Return a locked snippet as it reads now with its facts filled in, once per language."""
    as_reply = _as_reply(snippet, ground)
    return tuple(render(as_reply, language, ground, {}).text for language in snippet.texts.root)


def _says(present: str, key: str, ground: Ground) -> bool:
    as_reply = _as_reply(ground.snippets[key], ground)
    return any(_fits(present, f"{_GAP}{_plain(form)}{_GAP}", 10_000) for form in _forms(as_reply, ground))


def _as_reply(snippet: Snippet, ground: Ground) -> ReplyTemplate:
    return ReplyTemplate(
        key=snippet.key,
        version=1,
        purpose=snippet.texts,
        channels=("dm",),
        optional=tuple(ground.specs),
        texts=snippet.texts,
    )


def _forms(template: ReplyTemplate, ground: Ground) -> Iterator[str]:
    """Yield the template per language and per choice of its branches, with gaps for what is filled in."""
    branches = sorted(
        {
            piece.name
            for piece in _named(parse(template.texts.en))
            if isinstance(piece, Branch) and piece.name not in ground.specs
        }
    )[:_MOST_BRANCHES]
    for chosen in product((True, False), repeat=len(branches)):
        values = {name: _GAP for name, known in PLACEHOLDERS.items() if not known.is_condition}
        for name, is_on in zip(branches, chosen, strict=True):
            is_condition = name in PLACEHOLDERS and PLACEHOLDERS[name].is_condition
            values[name] = (YES if is_condition else _GAP) if is_on else ("no" if is_condition else "")
        for language in template.texts.root:
            yield render(template, language, ground, values).text


def _named(pieces: tuple[Piece, ...]) -> Iterator[Slot | Branch]:
    """Yield every slot and branch, the ones inside branches included."""
    for piece in pieces:
        if isinstance(piece, Slot | Branch):
            yield piece
        if isinstance(piece, Branch):
            yield from _named(piece.pieces)


def _plain(text: str) -> str:
    return " ".join(text.split())


def _fits(text: str, form: str, longest: int = _LONGEST) -> bool:
    """Return whether `text` is `form` with words in its gaps; linear, so that no text can stall it."""
    parts = form.split(_GAP)
    if len(parts) == 1:
        return text == form
    if not text.startswith(parts[0]) or not text.endswith(parts[-1]):
        return False
    at, end = len(parts[0]), len(text) - len(parts[-1])
    for part in parts[1:-1]:
        found = text.find(part, at, end)
        if found < 0 or found - at > longest:
            return False
        at = found + len(part)
    return 0 <= end - at <= longest
