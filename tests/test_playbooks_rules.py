"""Every folder keeps its own rules: consequence before choice, order of phases, titles, forbidden words."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from webcare import playbooks
from webcare.domain.facts import FactVersion
from webcare.domain.playbook import PLACEHOLDERS, Playbook
from webcare.domain.playbook.house_rules import CONSEQUENCE, STEP
from webcare.domain.replies import Ground, render

SHIPPED = playbooks.shipped()
NOW = datetime(2026, 4, 15, 14, 0, tzinfo=UTC)
every = pytest.mark.parametrize("slug", playbooks.slugs(SHIPPED))
HEAD = "slug: power-cut\nextends: base\ntitle: {en: Power cut, nl: Stroomstoring}\nversion: 1.0.0\n"
# The first words with which each language offers the money back.
OFFERS = {"en": ("You can choose", "so you choose"), "nl": ("Je kunt kiezen", "dus jij kiest")}
WARNS = {
    "en": "our duty to fly you to your destination ends",
    "nl": "brengen we je niet meer naar je bestemming",
}


def grounded(playbook: Playbook) -> Ground:
    facts = {}
    for spec in playbook.facts:
        words = {"en": "as checked", "nl": "zoals nagekeken"}
        facts[spec.key] = FactVersion(
            *(spec.key, 1, words, "confirmed", "test", spec.owner, spec.kind),
            verified_by=("mv", "kd"),
            verified_at=NOW,
            valid_until=NOW + timedelta(minutes=spec.ttl_minutes),
        )
    return Ground.of(playbook, facts, NOW)


def refunds(playbook: Playbook) -> Iterator[tuple[str, str, str]]:
    """Yield key, language and rendered words of every reply that offers the money back."""
    for reply in playbook.replies:
        if reply.step == STEP:
            for language in ("en", "nl"):
                values = dict.fromkeys(PLACEHOLDERS, "as typed")
                yield reply.key, language, render(reply, language, grounded(playbook), values).text


@every
def test_the_consequence_of_the_money_back_is_read_before_the_choice(slug: str) -> None:
    playbook = playbooks.load(slug, SHIPPED)
    has_rule = any(each.key == CONSEQUENCE for each in playbook.snippets)
    found = list(refunds(playbook))
    assert bool(found) == has_rule
    for key, language, text in found:
        offers = [text.find(each) for each in OFFERS[language] if each in text]
        assert offers, (key, text)
        assert 0 <= text.find(WARNS[language]) < min(offers), (key, text)


@every
def test_every_playbook_ends_in_its_tail_after_it_recovers(slug: str) -> None:
    keys = [each.key for each in playbooks.load(slug, SHIPPED).phases]
    assert keys[-1] == "tail"
    assert keys[-2] == "recover" or "recover" not in keys


@every
def test_every_intent_has_a_title_in_both_languages(slug: str) -> None:
    intents = playbooks.load(slug, SHIPPED).cues["intents"]
    assert [name for name, each in intents.items() if not {"en", "nl"} <= set(each.get("title", {}))] == []


def broken(tmp_path: Path, more: str, **files: str) -> list[str]:
    folder = tmp_path / "power-cut"
    folder.mkdir(exist_ok=True)
    (folder / "playbook.yaml").write_text(HEAD + more, encoding="utf-8")
    for name, text in files.items():
        (folder / f"{name}.yaml").write_text(text, encoding="utf-8")
    return [str(each) for each in playbooks.problems(folder)]


def test_a_phase_of_its_own_comes_before_the_end_unless_it_says_otherwise(tmp_path: Path) -> None:
    phase = "enter: {en: a, nl: b}, exit_criteria: [{key: x, title: {en: a, nl: b}}], title: {en: a, nl: b}"
    more = f"phases:\n- {{key: dark, {phase}}}\n- {{key: told, before: respond, {phase}}}\n"
    assert broken(tmp_path, more) == []
    found = [each.key for each in playbooks.load("power-cut", tmp_path).phases]
    assert found == ["watch", "told", "respond", "stabilise", "dark", "recover", "tail"]
    gone = "- {key: recover, removed: true}\n"
    assert broken(tmp_path, more + gone) == []
    assert [each.key for each in playbooks.load("power-cut", tmp_path).phases][-2:] == ["dark", "tail"]


@pytest.mark.parametrize(
    ("more", "line"),
    [
        ("checks: [{key: empty_apologies, severity: block}]\n", "empty_apology"),
        ("checks: [{key: blame, severity: warn}]\n", "block"),
        ("words: [{key: a, phrases: {en: [x]}, sentence: {en: a, nl: b}}]\n", "add a line 'nl: [...]'"),
        ("words: [{key: a, phrases: {en: [x], nl: [y]}}]\n", "'sentence' is missing"),
        ("trust_after: 0\n", "trust_after"),
    ],
)
def test_a_flaw_names_its_line_and_how_to_mend_it(tmp_path: Path, more: str, line: str) -> None:
    found = broken(tmp_path, more)
    assert len(found) == 1
    assert "playbook.yaml:5:" in found[0]
    assert line in found[0]


REPLY = (
    "replies:\n- key: power.back\n  version: 1\n  purpose: {{en: a, nl: b}}\n  channels: [dm]\n{step}"
    '  texts:\n    en: "{en}"\n    nl: "{nl}"\n'
)
SNIPPETS = (
    "snippets:\n- {key: rights.refund.consequence, owner: legal, jurisdiction: EU,"
    " texts: {en: Then it ends., nl: Dan stopt het.}}\n"
)


def test_a_choice_before_its_consequence_is_refused(tmp_path: Path) -> None:
    first = "{rights.refund.consequence}"
    good = {
        "en": f"{first} You can choose your money back.",
        "nl": f"{first} Je kunt kiezen voor je geld terug.",
    }
    late = {**good, "nl": f"Je kunt kiezen voor je geld terug. {first}"}
    step = f"  step: {STEP}\n"
    assert broken(tmp_path, "", snippets=SNIPPETS, replies=REPLY.format(step=step, **good)) == []
    (found,) = broken(tmp_path, "", replies=REPLY.format(step=step, **late))
    assert "replies.yaml:9:" in found
    assert "comes before its consequence in 'power.back' (nl)" in found
    (found,) = broken(tmp_path, "", replies=REPLY.format(step="", **good))
    assert f"step: {STEP}" in found


def test_a_folder_may_not_say_what_it_forbids_itself(tmp_path: Path) -> None:
    phrases = "phrases: {en: [tiny], nl: [kleine]}"
    words = f"words: [{{key: small, {phrases}, sentence: {{en: Name it., nl: Noem het.}}}}]\n"
    said = {"en": "A tiny outage.", "nl": "Een storing."}
    (found,) = broken(tmp_path, words, replies=REPLY.format(step="", **said))
    assert "'power.back' says \"tiny\", which 'small' forbids" in found
    assert "Name it." in found


def test_an_intent_without_a_title_is_named(tmp_path: Path) -> None:
    cues = "intents:\n  dark_stairs:\n    base: U2\n    says: dark stairs\n"
    (found,) = broken(tmp_path, "", cues=cues)
    assert "the intent 'dark_stairs' has no title in en and nl" in found
    assert "cues.yaml:2:" in found
    assert playbooks.load("power-cut", tmp_path).slug == "power-cut"
