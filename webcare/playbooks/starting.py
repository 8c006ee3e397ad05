"""Writes the folder of a new playbook: valid from the first minute, with room for its own words."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

_HEAD = """\
# Only what differs from '{parent}' stands here; docs/playbooks.md explains every key.
slug: {slug}
extends: {parent}
title: {{en: {title_en}, nl: {title_nl}}}
version: 0.1.0
languages: [{languages}]

triggers:
  - key: first_sign
    phase: respond
    title:
      en: {trigger_en}
      nl: {trigger_nl}
"""

_FACTS = """\
# One fact per sentence that replies rest on. A value stands in the middle of a sentence.
#   - key: affected_area
#     kind: status              # status, policy, contact, legal, estimate or computed
#     ttl_minutes: 60           # how long it holds after it was verified
#     owner: fact_keeper        # key of a role
#     public: true
#     help: {en: "Where it happens.", nl: "Waar het gebeurt."}
#     if_unknown: {en: "we don't know yet where", nl: "we weten nog niet waar"}
facts: []
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
replies: []
"""


@dataclass(frozen=True, slots=True)
class Start:
    """The few answers that a new playbook needs."""

    slug: str
    languages: tuple[str, ...]
    parent: str
    title_en: str
    title_nl: str
    trigger_en: str
    trigger_nl: str


def write(start: Start, root: Path) -> Path:
    """Make the folder of a playbook in `root` and return it; raise FileExistsError when it is there."""
    path = root / start.slug
    root.mkdir(parents=True, exist_ok=True)
    path.mkdir()
    words = {
        name: json.dumps(getattr(start, name), ensure_ascii=False)
        for name in ("title_en", "title_nl", "trigger_en", "trigger_nl")
    }
    languages = ", ".join(json.dumps(each) for each in start.languages)
    head = _HEAD.format(slug=start.slug, parent=start.parent, languages=languages, **words)
    for name, text in (("playbook", head), ("facts", _FACTS), ("replies", _REPLIES)):
        (path / f"{name}.yaml").write_text(text, encoding="utf-8")
    return path
