"""Example messages with the level that people gave them: read from files, checked, patterns written out."""

from __future__ import annotations

import itertools
import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from webcare.domain.urgency import Urgency
from webcare.errors import Refused

FILE_NAME = "examples.jsonl"
MOST_OF_A_PATTERN = 12
_ALTERNATIVES = re.compile(r"\[([^\]]+)\]")


class BadExample(ValueError):
    """A line that is no example; its words say what is wrong and how to mend it."""


@dataclass(frozen=True, slots=True)
class Example:
    """One message with its level.

    `also` holds other levels that a sensible person could give; `author` who wrote or judged it, by whom
    data are split; `playbook` the slug it was written for; `weight` how much it counts (1: as a text).
    """

    text: str
    level: Urgency
    also: tuple[Urgency, ...] = ()
    intents: tuple[str, ...] = ()
    language: str | None = None
    received_at: datetime | None = None
    author: str = ""
    playbook: str = ""
    weight: float = 1.0


def of_playbooks(*folders: Path) -> list[Example]:
    """Return the examples of all playbooks in `folders`; of two with one name the last counts.

    Raises Refused for a line that is no example, with file, line and mend.
    """
    files = {file.parent.name: file for folder in folders for file in folder.glob(f"*/{FILE_NAME}")}
    found: list[Example] = []
    for slug, file in sorted(files.items()):
        found += read(file.read_text("utf-8").splitlines(), str(file), playbook=slug)
    return found


def read(lines: Iterable[str], where: str, playbook: str = "") -> list[Example]:
    """Return the examples in JSON `lines`; `where` names their source in what is refused.

    A line has `text` (or `pattern`) and `level`, and may have `also`, `intents`, `lang`, `received_at`,
    `author` and `playbook`. Raises Refused for the first line that is no example.
    """
    found: list[Example] = []
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            found += _examples(json.loads(line), playbook)
        except json.JSONDecodeError as error:
            raise Refused(
                f"{where}, line {number}: no JSON ({error.msg}). Write one object a line."
            ) from None
        except BadExample as error:
            raise Refused(f"{where}, line {number}: {error}") from None
    return found


def lines(given: Iterable[Example]) -> str:
    """Return examples as the JSON lines that `read` takes, one each."""
    return "".join(json.dumps(_written(one), ensure_ascii=False) + "\n" for one in given)


def spelled_out(pattern: str) -> list[str]:
    """Return the texts that a pattern with `[alternatives|in|brackets]` stands for, a dozen at most.

    Spread over all combinations, so that every alternative is heard.
    """
    pieces = _ALTERNATIVES.split(pattern)
    choices = [part.split("|") if at % 2 else [part] for at, part in enumerate(pieces)]
    every = ["".join(one) for one in itertools.product(*choices)]
    step = max(1, -(-len(every) // MOST_OF_A_PATTERN))
    return every[::step]


def _written(one: Example) -> dict[str, Any]:
    found = {
        "text": one.text,
        "level": one.level.name,
        "also": [level.name for level in one.also],
        "intents": list(one.intents),
        "lang": one.language,
        "received_at": one.received_at.isoformat() if one.received_at else None,
        "author": one.author,
        "playbook": one.playbook,
    }
    return {name: value for name, value in found.items() if value}


def _examples(given: Any, playbook: str) -> Iterator[Example]:
    if not isinstance(given, dict):
        raise BadExample('no object. Write {"text": "...", "level": "U3"}.')
    texts = spelled_out(given["pattern"]) if isinstance(given.get("pattern"), str) else [given.get("text")]
    for text in texts:
        if not isinstance(text, str):
            raise BadExample("'text' is missing or no text. Write the message between double quotes.")
        yield Example(
            text,
            _level(given.get("level")),
            tuple(_level(one) for one in given.get("also") or ()),
            _names(given.get("intents")),
            given.get("lang"),
            _moment(given.get("received_at")),
            str(given.get("author", "")),
            str(given.get("playbook") or playbook),
            1.0 if len(texts) == 1 else 2.0 / len(texts),
        )


def _level(value: Any) -> Urgency:
    if isinstance(value, str) and value in Urgency.__members__:
        return Urgency[value]
    raise BadExample(f"'level' is {value!r}. Use one of: {', '.join(Urgency.__members__)}.")


def _names(value: Any) -> tuple[str, ...]:
    if value is None:
        return ()
    if isinstance(value, list) and all(isinstance(one, str) for one in value):
        return tuple(value)
    raise BadExample("'intents' is no list of names. Write [\"rebook\"], or leave it out.")


def _moment(value: Any) -> datetime | None:
    if value is None:
        return None
    try:
        moment = datetime.fromisoformat(value)
    except (TypeError, ValueError):
        moment = None
    if moment is None or moment.tzinfo is None:
        raise BadExample(
            f"'received_at' is {value!r}. Write a moment with its zone: 2026-04-15T18:30:00+02:00."
        )
    return moment
