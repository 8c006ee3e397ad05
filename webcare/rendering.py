"""Builds the one Jinja environment over templates/: strict, autoescaped, for pages, mails and Slack."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape

PACKAGE = Path(__file__).resolve().parent
STATIC = PACKAGE / "static"

LEVELS = {0: "safety", 1: "critical", 2: "urgent", 3: "normal", 4: "low"}

# Only http and https ever become links; a full stop or a bracket that ends a sentence stays outside.
_LINK = re.compile(r"https?://[^\s<>\"'`\x00-\x20]{1,2000}")
_TRAILING = ".,;:!?)]}\u00bb\u201d\u2019"
# Controls and the characters that turn the direction of text around; a name must not rewrite the line.
_INVISIBLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u202a-\u202e\u2066-\u2069]")


def templates_folder() -> Path:
    """Return the folder with templates: of the checkout, or the copy that ships in the package."""
    checkout = PACKAGE.parent / "templates"
    return checkout if checkout.is_dir() else PACKAGE / "_data" / "templates"


def translated(words: str) -> str:
    """Return `words` in the language of the screen; English until a second language ships."""
    return words


def visible(words: object) -> str:
    """Return text without control and direction-turning characters, so that it can't forge a line."""
    return _INVISIBLE.sub("\N{REPLACEMENT CHARACTER}", str(words))


def linked(words: object) -> Markup:
    """Return plain text as safe HTML in which http(s) addresses are links that tell nobody who asks."""
    plain = visible(words)
    parts: list[Markup] = []
    end = 0
    for found in _LINK.finditer(plain):
        address = found.group().rstrip(_TRAILING)
        parts.append(escape(plain[end : found.start()]))
        parts.append(_anchor(address))
        end = found.start() + len(address)
    parts.append(escape(plain[end:]))
    return Markup("").join(parts)


def _anchor(address: str) -> Markup:
    return Markup('<a href="{0}" rel="noopener noreferrer nofollow" target="_blank">{0}</a>').format(address)


def span(length: timedelta) -> str:
    """Return a length of time in the two largest units that matter: 45 s, 12 min, 3 h 05, 4 d 2 h."""
    seconds = max(0, int(length.total_seconds()))
    if seconds < 60:  # noqa: PLR2004 - seconds in a minute
        return f"{seconds} s"
    minutes, hours, days = seconds // 60, seconds // 3600, seconds // 86_400
    if hours < 1:
        return f"{minutes} min"
    if days < 1:
        return f"{hours} h {minutes % 60:02d}"
    return f"{days} d {hours % 24} h"


def since(moment: datetime, now: datetime) -> str:
    """Return how long ago `moment` was."""
    return span(now - moment)


def due(moment: datetime, now: datetime) -> str:
    """Return the promise in words: `12 min left`, or `late by 3 h 05`."""
    return f"{span(moment - now)} left" if moment >= now else f"late by {span(now - moment)}"


def moment(when: datetime | None, shape: str = "%H:%M") -> Markup:
    """Return a `<time>` in UTC that the page turns into the reader's zone; UTC stays on hover."""
    if when is None:
        return Markup("")
    exact = when.astimezone(UTC)
    return Markup('<time datetime="{}" title="{}" data-local="{}">{}</time>').format(
        exact.strftime("%Y-%m-%dT%H:%M:%SZ"),
        exact.strftime("%Y-%m-%d %H:%M:%S UTC"),
        "date" if "%d" in shape else "clock",
        exact.strftime(shape) + " UTC",
    )


def day(when: datetime | None) -> Markup:
    """Return a `<time>` with the day as well, for things that lie further back."""
    return moment(when, "%d %b %H:%M")


def said_in(texts: object, language: str = "en") -> str:
    """Return the words of a text per language (mapping or playbook Text), English when missing."""
    of = getattr(texts, "of", None)
    if callable(of):
        return str(of(language))
    if isinstance(texts, dict):
        return str(texts.get(language) or texts.get("en") or next(iter(texts.values()), ""))
    return str(texts or "")


@lru_cache(maxsize=256)
def _fingerprint(name: str, _changed: float) -> str:
    return hashlib.sha256((STATIC / name).read_bytes()).hexdigest()[:12]


def static(name: str) -> str:
    """Return the address of a static file, changed by its content, so that it may be kept for ever."""
    file = STATIC / name
    if not file.is_file():
        return f"/static/{name}"
    return f"/static/{name}?v={_fingerprint(name, file.stat().st_mtime)}"


def _listed(folder: str, ending: str, first: str) -> list[str]:
    names = sorted(each.name for each in (STATIC / folder).glob(f"*.{ending}"))
    names.sort(key=lambda name: name != first)
    return [static(f"{folder}/{name}") for name in names]


def stylesheets() -> list[str]:
    """Return the addresses of all style sheets, tokens first."""
    return _listed("css", "css", "tokens.css")


def scripts() -> list[str]:
    """Return the addresses of the desk's own scripts, each one independent of the others' order."""
    return _listed("js", "js", "desk.js")


FILTERS: dict[str, Callable[..., Any]] = {
    "_": translated,
    "visible": visible,
    "linked": linked,
    "since": since,
    "due": due,
    "clock": moment,
    "day": day,
    "said_in": said_in,
}


@lru_cache(maxsize=1)
def environment() -> Environment:
    """Return the environment: unknown names raise, everything is escaped."""
    made = Environment(
        loader=FileSystemLoader(templates_folder()),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.do", "jinja2.ext.loopcontrols"],
    )
    made.filters.update(FILTERS)
    made.globals.update(
        _=translated, static=static, stylesheets=stylesheets, scripts=scripts, LEVELS=LEVELS, span=span
    )
    return made


def render(template: str, **values: Any) -> str:
    """Return the text of `template` (path under templates/); raise when a value is missing."""
    return environment().get_template(template).render(**values)
