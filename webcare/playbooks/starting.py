"""Writes the folder of a new playbook: valid from the first minute, with its first facts and replies."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from webcare.domain.playbook.wording import names, parse

HEAD = "playbook.yaml"
_FIRST_VERSION = "0.1.0"
_NEVER_UNKNOWN = "next_update_at"

_FACTS = """\
# One fact per sentence that replies rest on. A value stands in the middle of a sentence.
#   - key: affected_area
#     kind: status              # status, policy, contact, legal, estimate or computed
#     ttl_minutes: 60           # how long it holds after it was verified
#     owner: fact_keeper        # key of a role
#     public: true
#     help: {en: "Where it happens.", nl: "Waar het gebeurt."}
#     if_unknown: {en: "we don't know yet where", nl: "we weten nog niet waar"}
"""

_REPLIES = """\
# One reply per question that people really ask. Every fact in a text stands in requires or optional.
#   - key: area.reply
#     version: 1
#     purpose: {en: "Where is it?", nl: "Waar is het?"}
#     channels: [public, dm, email]
#     requires: [affected_area]
#     texts:
#       en: "Hi{name: {name}}, it is here: {affected_area}. ^{initials}"
#       nl: "Hoi{name: {name}}, het is hier: {affected_area}. ^{initials}"
"""


@dataclass(frozen=True, slots=True)
class Both:
    """Words in English and Dutch."""

    en: str
    nl: str

    def __str__(self) -> str:
        """Return them as a YAML mapping on one line."""
        return f"{{en: {_quoted(self.en)}, nl: {_quoted(self.nl)}}}"


@dataclass(frozen=True, slots=True)
class NewFact:
    """A fact that replies will rest on; `unknown` is the honest sentence while nobody knows."""

    key: str
    kind: str
    help: Both
    unknown: Both | None = None
    minutes: int = 60


@dataclass(frozen=True, slots=True)
class NewReply:
    """A first reply; the facts that its words name are found by themselves."""

    key: str
    purpose: Both
    texts: Both


@dataclass(frozen=True, slots=True)
class Start:
    """The few answers that a new playbook needs.

    `parent` is what it extends; or `copied` is the folder whose files it begins with. `head` holds fields
    of the head that differ, such as the tone. `known` maps the facts of the parent or copied playbook to
    whether they have a sentence for "not known yet", `within` its snippets to the names that they use.
    """

    slug: str
    title: Both
    parent: str = "base"
    copied: Path | None = None
    trigger: Both | None = None
    languages: tuple[str, ...] = ()
    head: tuple[tuple[str, str], ...] = ()
    known: tuple[tuple[str, bool], ...] = ()
    within: tuple[tuple[str, tuple[str, ...]], ...] = ()
    facts: tuple[NewFact, ...] = ()
    replies: tuple[NewReply, ...] = ()


def write(start: Start, root: Path) -> Path:
    """Make the folder of a playbook in `root` and return it; raise FileExistsError when it is there."""
    path = root / start.slug
    root.mkdir(parents=True, exist_ok=True)
    path.mkdir()
    if start.copied is not None:
        shutil.copytree(start.copied, path, dirs_exist_ok=True)
        _rewrite(start, path)
    else:
        _put(path / HEAD, _head(start))
        _put(path / "facts.yaml", _FACTS + _list("facts", _facts(start)))
        _put(path / "replies.yaml", _REPLIES + _list("replies", _replies(start)))
    return path


def _head(start: Start) -> str:
    lines = [
        f"# Only what differs from '{start.parent}' stands here; docs/playbooks.md explains every key.",
        f"slug: {start.slug}",
        f"extends: {start.parent}",
        f"title: {start.title}",
        f"version: {_FIRST_VERSION}",
        *(f"{name}: {value}" for name, value in _fields(start)),
    ]
    if start.trigger is not None:
        trigger = ["triggers:", "  - key: first_sign", "    phase: respond", f"    title: {start.trigger}"]
        lines += ["", *trigger]
    return "\n".join(lines) + "\n"


def _fields(start: Start) -> Iterator[tuple[str, str]]:
    """Yield the fields of the head that were chosen, as YAML."""
    if start.languages:
        yield "languages", f"[{', '.join(map(_quoted, start.languages))}]"
    yield from start.head


def _rewrite(start: Start, path: Path) -> None:
    """Give a copied folder its own name, and add the first facts and replies beside what it has."""
    text = (path / HEAD).read_text(encoding="utf-8")
    own = {"slug": start.slug, "title": str(start.title), "version": _FIRST_VERSION, **dict(_fields(start))}
    for name, value in own.items():
        text = _replaced(text, name, value)
    if start.facts:
        # Lists under the same name in the head and in facts.yaml follow each other.
        text = f"{text.rstrip()}\n\n{_list('facts', _facts(start))}"
    _put(path / HEAD, text)
    if start.replies:
        (path / "replies").mkdir(exist_ok=True)
        _put(path / "replies" / "0-first.yaml", _list("replies", _replies(start)))


def _replaced(text: str, name: str, value: str) -> str:
    """Return YAML with the top-level field `name` saying `value`; what was indented below it goes."""
    field = re.compile(rf"^{name}:.*\n(?:[ \t]+.*\n)*", re.MULTILINE)
    if field.search(text):
        return field.sub(lambda _: f"{name}: {value}\n", text, count=1)
    return re.sub(
        r"^slug:.*\n", lambda found: f"{found[0]}{name}: {value}\n", text, count=1, flags=re.MULTILINE
    )


def _list(name: str, items: Sequence[Sequence[tuple[str, str]]]) -> str:
    """Return a YAML list of items, each a mapping of fields to YAML."""
    if not items:
        return f"{name}: []\n"
    lines = [f"{name}:"]
    for item in items:
        lines += [f"  {'- ' if not index else '  '}{key}: {value}" for index, (key, value) in enumerate(item)]
    return "\n".join(lines) + "\n"


def _facts(start: Start) -> list[list[tuple[str, str]]]:
    found = []
    for fact in start.facts:
        fields = [
            ("key", fact.key),
            ("kind", fact.kind),
            ("ttl_minutes", str(fact.minutes)),
            ("owner", "fact_keeper"),
            ("public", "true"),
            ("help", str(fact.help)),
        ]
        found.append([*fields, *([("if_unknown", str(fact.unknown))] if fact.unknown else [])])
    return found


def _replies(start: Start) -> list[list[tuple[str, str]]]:
    known = {**dict(start.known), **{fact.key: fact.unknown is not None for fact in start.facts}}
    return [_reply(reply, known, dict(start.within)) for reply in start.replies]


def _reply(
    reply: NewReply, known: Mapping[str, bool], within: Mapping[str, tuple[str, ...]]
) -> list[tuple[str, str]]:
    """Return the fields of a reply: it requires every fact that it names, or that a snippet in it names."""
    said = [each for name in names(parse(reply.texts.en)) for each in (name, *within.get(name, ()))]
    used = [name for name in dict.fromkeys(said) if name in known]
    unknown = [name for name in used if known[name] and name != _NEVER_UNKNOWN]
    fields = [
        ("key", reply.key),
        ("version", "1"),
        ("purpose", str(reply.purpose)),
        ("channels", "[public, dm, email]"),
        ("requires", f"[{', '.join(used)}]"),
    ]
    branches = [("branches_on_unknown", f"[{', '.join(unknown)}]")] if unknown else []
    return [*fields, *branches, ("approved", "false"), ("texts", str(reply.texts))]


def _quoted(words: str) -> str:
    return json.dumps(words, ensure_ascii=False)


def _put(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8")
