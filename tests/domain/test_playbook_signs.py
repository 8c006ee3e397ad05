"""An alert that nothing raises is refused, and so is a sign that looks at what isn't there."""

from __future__ import annotations

from pathlib import Path
from typing import get_args

import pytest

from tests.shelves import ASH, edit, shelf
from webcare import playbooks
from webcare.domain.playbook import signs
from webcare.domain.playbook.wording import names, parse
from webcare.services.sign_looks import LOOKS

__all__ = ["shelf"]

SHIPPED = playbooks.shipped()
OFFERS = "{sign: offers, minutes: 60}"


def found(folder: Path) -> str:
    return "\n".join(str(each) for each in playbooks.problems(folder / ASH))


@pytest.mark.parametrize("slug", playbooks.slugs(SHIPPED))
def test_something_raises_every_alert_that_ships_and_knows_its_words(slug: str) -> None:
    playbook = playbooks.load(slug, SHIPPED)
    assert list(signs.unraised(playbook)) == []
    for alert in playbook.alerts:
        if alert.when is not None:
            used = {name for words in alert.pattern.root.values() for name in names(parse(words))}
            assert used <= alert.when.fills


def test_every_sign_is_looked_at_and_explained() -> None:
    manual = (SHIPPED.parent / "docs" / "playbooks.md").read_text(encoding="utf-8")
    known = set(get_args(signs.Sign))
    assert known == set(LOOKS) == set(signs.VALUES)
    words = known | set(signs.When.model_fields) | {"when"}
    assert sorted(each for each in words if f"`{each}`" not in manual) == []


def test_an_alert_that_nobody_raises_is_named_with_its_line(shelf: Path) -> None:
    edit(shelf, "alerts.yaml", f"    when: {OFFERS}\n", "")
    (line,) = found(shelf).splitlines()
    assert "alerts.yaml:8: nothing ever raises 'offer.expiring'" in line
    assert playbooks.load(ASH, shelf).slug == ASH, "In the worst week the rest of it still works."


@pytest.mark.parametrize(
    ("when", "said"),
    [
        ("{sign: messages}", "looks at 'intents', and there is none"),
        ("{sign: messages, intents: [rebok]}", "no 'rebok' among the intents"),
        ("{sign: messages, intents: [rebook], says: [no such words]}", "no cue says 'no such words'"),
        ("{sign: fact_changed, facts: [nothing]}", "no 'nothing' among the facts"),
        ("{sign: forecast}", "doesn't know '{minutes}'"),
        ("{sign: offers, reply: volc.none}", "no reply 'volc.none'"),
        ("{sign: time, at: '25:00'}", "a local time such as 19:30"),
        ("{sign: guess}", "'sign' can't be 'guess'"),
        ("{sign: offers, phases: [nowhere]}", "no 'nowhere' among the phases"),
    ],
)
def test_a_sign_that_can_not_be_seen_is_refused(shelf: Path, when: str, said: str) -> None:
    edit(shelf, "alerts.yaml", OFFERS, when)
    assert said in found(shelf)


def test_what_the_desk_raises_itself_needs_no_sign(shelf: Path) -> None:
    edit(
        shelf,
        "alerts.yaml",
        "  - key: u0.received\n",
        "  - key: u0.received\n    when: {sign: held}\n",
        "base",
    )
    assert "the desk itself raises 'u0.received'" in found(shelf)
