"""Promises of the playbooks that ship, and of the words that a broken one is answered with."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from pathlib import Path
from textwrap import dedent

import pytest

from tests.shelves import ASH, edit, shelf
from webcare import playbooks
from webcare.domain.playbook import (
    ALERT_VALUES,
    PLACEHOLDERS,
    Alert,
    Approval,
    DueMinutes,
    FactSpec,
    Phase,
    Playbook,
    ReplyTemplate,
    Role,
    Snippet,
    Step,
)
from webcare.domain.playbook.rehearsal import Rehearsal, starting_facts
from webcare.domain.playbook.wording import names, parse
from webcare.domain.replies import Ground, problems, render
from webcare.domain.triage.cues import CueSet, merged
from webcare.errors import NotFound, Refused
from webcare.playbooks.reading import LARGEST, read
from webcare.settings import Settings

__all__ = ["shelf"]

NOW = datetime(2026, 4, 15, 14, 0, tzinfo=UTC)
SHIPPED = playbooks.shipped()
EMPTY_PHRASES = re.compile(
    r"any inconvenience|ongemak|as soon as possible|zo spoedig mogelijk|beyond our control|be patient"
    r"|rest assured|wees gerust|we regret|betreuren|not entitled|no comment|everyone is safe|\bu\b|\buw\b",
    re.IGNORECASE,
)
HEAD = "slug: power-cut\nextends: base\ntitle: {en: Power cut, nl: Stroomstoring}\nversion: 1.0.0\n"


def made(root: Path, head: str = HEAD, **files: str) -> Path:
    """Write a playbook 'power-cut' with these files beside its head, and return its folder."""
    path = root / "power-cut"
    path.mkdir()
    (path / "playbook.yaml").write_text(head, encoding="utf-8")
    for name, text in files.items():
        (path / f"{name}.yaml").write_text(text, encoding="utf-8")
    return path


@pytest.mark.parametrize("slug", playbooks.slugs(SHIPPED))
def test_every_playbook_that_ships_is_in_order(slug: str) -> None:
    assert [str(problem) for problem in playbooks.problems(SHIPPED / slug)] == []


def test_base_and_volcanic_ash_ship() -> None:
    assert {"base", "volcanic-ash"} <= set(
        playbooks.slugs(playbooks.folder(Settings(webcare_playbooks=None)))
    )
    volcanic = playbooks.load("volcanic-ash", SHIPPED)
    assert len([each for each in volcanic.replies if each.key.startswith("volc.")]) == 29
    assert {each.key for each in playbooks.load("base", SHIPPED).phases} == {
        each.key for each in volcanic.phases
    }


def test_a_playbook_in_a_database_is_the_playbook_that_was_loaded() -> None:
    volcanic = playbooks.load("volcanic-ash", SHIPPED)
    again = type(volcanic).model_validate_json(volcanic.model_dump_json())
    assert (again, again.fingerprint) == (volcanic, volcanic.fingerprint)


def test_cues_add_up_to_what_triage_itself_would_make_of_them() -> None:
    own, base = (read(SHIPPED / slug / "cues.yaml").plain() for slug in ("volcanic-ash", "base"))
    loaded = playbooks.load("volcanic-ash", SHIPPED).cues
    assert loaded == merged(base, own)
    assert CueSet.model_validate(loaded).intents


def test_no_sample_is_marked_approved_and_rights_are_locked() -> None:
    volcanic = playbooks.load("volcanic-ash", SHIPPED)
    assert not any(each.approved for each in volcanic.replies)
    assert not any(each.approved for each in volcanic.snippets)
    assert all(each.locked for each in volcanic.snippets)


@pytest.mark.parametrize("slug", playbooks.slugs(SHIPPED))
def test_no_reply_holds_an_empty_phrase_or_turns_formal(slug: str) -> None:
    for reply in playbooks.load(slug, SHIPPED).replies:
        for text in reply.texts.root.values():
            assert not EMPTY_PHRASES.search(text), f"{reply.key}: {EMPTY_PHRASES.search(text)}"


def test_every_volcanic_reply_may_leave_a_rehearsal_and_asks_only_agents() -> None:
    volcanic, rehearsal = (
        playbooks.load("volcanic-ash", SHIPPED),
        playbooks.rehearsal("volcanic-ash", SHIPPED),
    )
    assert rehearsal is not None
    facts = {
        each.key: each for each in starting_facts(rehearsal, {each.key: each for each in volcanic.facts}, NOW)
    }
    values = {name: "yes" for name, each in PLACEHOLDERS.items() if each.filled_by != "agent"}
    for reply in volcanic.replies:
        assert problems(reply, facts, NOW) == ()
        for language in ("en", "nl"):
            rendered = render(reply, language, Ground.of(volcanic, facts, NOW), values)
            assert {PLACEHOLDERS[name].filled_by for name in rendered.unfilled} <= {"agent"}
            assert rendered.notices == ()
            assert not re.search(r"\{\}| [.,;:]|\.\.| {2}", rendered.text), f"{reply.key}: {rendered.text}"


@pytest.mark.parametrize(
    ("language", "ends", "choice"), [("en", "ends", "What do you"), ("nl", "stopt", "Wat kies")]
)
def test_the_consequence_of_a_refund_stands_before_the_choice(language: str, ends: str, choice: str) -> None:
    volcanic = playbooks.load("volcanic-ash", SHIPPED)
    reply = volcanic.reply("volc.refund.how")
    assert reply is not None
    text = render(reply, language, Ground.of(volcanic, {}, NOW), {"mid_journey": "yes"}).text
    assert 0 < text.index(ends) < text.index("{refund_policy}") < text.index(choice)


def test_the_rehearsal_speaks_five_languages_about_every_intent() -> None:
    rehearsal = playbooks.rehearsal("volcanic-ash", SHIPPED)
    assert rehearsal is not None
    assert len(rehearsal.messages) >= 160
    assert {each.lang for each in rehearsal.messages} == {"en", "nl", "de", "fr", "es"}
    assert len(rehearsal.weights) == 23
    assert all(re.fullmatch(r"ZZ\d{3}", flight) for flight in rehearsal.flights)


def test_every_placeholder_is_used_by_a_text_that_ships() -> None:
    texts = [
        text
        for slug in playbooks.slugs(SHIPPED)
        for part in (playbooks.load(slug, SHIPPED).replies, playbooks.load(slug, SHIPPED).snippets)
        for each in part
        for text in each.texts.root.values()
    ]
    assert set(PLACEHOLDERS) <= {name for text in texts for name in names(parse(text))}


def test_it_is_read_once_until_a_file_changes(shelf: Path) -> None:
    first = playbooks.load(ASH, shelf)
    assert playbooks.load(ASH, shelf) is first
    edit(shelf, "playbook.yaml", "Volcanic ash", "Volcanic dust")
    assert playbooks.load(ASH, shelf).title.en == "Volcanic dust"


def test_a_child_inherits_changes_adds_and_removes(tmp_path: Path) -> None:
    made(
        tmp_path,
        HEAD + "risks: [{key: notes_leak, removed: true}]\n"
        "phases: [{key: tail, exit_criteria: [{key: lights_on, title: {en: Lights, nl: Licht}}]}]\n"
        "checklist: [{key: ring, offset_minutes: 3, title: {en: a, nl: Bel}, done_when: {en: a, nl: b}}]\n",
    )
    found, base = (playbooks.load(slug, root) for slug, root in (("power-cut", tmp_path), ("base", SHIPPED)))
    assert [each.key for each in found.checklist][:4] == ["activate", "pause_posts", "ring", "fill_roles"]
    assert len(found.risks) == len(base.risks) - 1
    assert found.due_minutes == base.due_minutes
    tail = found.phase("tail")
    assert tail is not None
    assert tail.title.nl == "Naloop"
    assert [each.key for each in tail.exit_criteria][-2:] == ["review_held", "lights_on"]


FACT = (
    "- {key: area, kind: status, ttl_minutes: 30, owner: fact_keeper, public: true, help: {en: a, nl: b}}\n"
)
REPLY = """\
replies:
- key: a.b
  version: 1
  purpose: {en: a, nl: b}
  channels: [dm]
  texts:
    en: "{aera}"
    nl: "{area}"
"""


@pytest.mark.parametrize(
    ("file", "text", "line", "words"),
    [
        ("playbook", HEAD + "tonne: warm-plain\n", 5, "did you mean 'tone'?"),
        ("playbook", HEAD + "tone: warm-plane\n", 5, "did you mean 'warm-plain'?"),
        ("playbook", HEAD + "due_minutes: {U1: soon}\n", 5, "a whole number"),
        ("playbook", HEAD.replace("1.0.0", "1.0"), 4, "between quotes"),
        ("playbook", HEAD.replace(", nl: Stroomstoring", ""), 3, "the Dutch text is missing"),
        ("playbook", HEAD.replace("power-cut", "powercut"), 1, "write 'slug: power-cut'"),
        ("playbook", HEAD.replace("base", "bsae"), 2, "use one of: base"),
        ("playbook", HEAD + "risks:\n- key: x\n  titel: {en: a, nl: b}\n", 6, "'title' is missing"),
        ("playbook", HEAD + "risks:\n- key: x\n  titel: {en: a, nl: b}\n", 7, "did you mean 'title'?"),
        ("playbook", HEAD + "facts: [{key: a, removed: true\n", 6, "this is no YAML"),
        ("playbook", HEAD + "version: 1.0.1\n", 5, "first in line 4"),
        ("playbook", HEAD + "risks: &all []\n", 5, "write the part out"),
        ("playbook", HEAD + "risks: !!python/object:os.system []\n", 5, "is not allowed"),
        ("playbook", "- a\n", 1, "this is no mapping"),
        ("facts", f"facts:\n{FACT}{FACT}", 3, "the key 'area' stands twice"),
        ("facts", "facts: []\nreplies: []\n", 2, "only 'facts:' stands here"),
        ("replies", REPLY, 7, "did you mean 'area'?"),
        ("cues", "zone: Europe/Amsterdam\npromotion: []\n", 2, "did you mean 'promotions'?"),
        ("rehearsal", "weights: {refund: 1}\nnames: [a, b]\n", 1, "'messages' is missing"),
    ],
)
def test_a_problem_names_file_line_and_how_to_mend_it(
    tmp_path: Path, file: str, text: str, line: int, words: str
) -> None:
    files = {"facts": f"facts:\n{FACT}"} | ({} if file == "playbook" else {file: text})
    path = made(tmp_path, text if file == "playbook" else HEAD, **files)
    found = [str(problem) for problem in playbooks.problems(path)]
    assert any(each.startswith(f"{path / file}.yaml:{line}: ") and words in each for each in found), found


def test_a_bomb_of_aliases_and_a_huge_or_foreign_file_are_refused(tmp_path: Path) -> None:
    path = made(tmp_path, facts="a: &a [x, x]\nb: &b [*a, *a]\nc: [*b, *b]\n")
    assert "repeat parts" in playbooks.problems(path)[0].what
    (path / "facts.yaml").write_text("#" * (LARGEST + 1), encoding="utf-8")
    assert "split it" in playbooks.problems(path)[0].mend
    (path / "facts.yaml").write_bytes(b"facts: []\n# caf\xe9\n")
    assert (playbooks.problems(path)[0].line, playbooks.problems(path)[0].mend) == (2, "save it as UTF-8")
    (path / "facts.yaml").write_text("[" * 5000, encoding="utf-8")
    assert "nested too deeply" in playbooks.problems(path)[0].what


def test_playbooks_that_extend_each_other_are_refused(tmp_path: Path) -> None:
    path = made(tmp_path, head=HEAD.replace("extends: base", "extends: power-cut"))
    assert "in a circle" in playbooks.problems(path)[0].what


def test_a_broken_playbook_is_refused_with_its_reasons(tmp_path: Path) -> None:
    made(tmp_path, head=HEAD + "tone: shouting\n")
    with pytest.raises(Refused, match="can't be used: 1 problem") as caught:
        playbooks.load("power-cut", tmp_path)
    assert "'tone' can't be 'shouting'" in caught.value.reasons[0]


@pytest.mark.parametrize("slug", ["nothing", "../base", "", "base/../base", "Base"])
def test_what_is_not_there_is_not_found(slug: str) -> None:
    with pytest.raises(NotFound, match="There are: base"):
        playbooks.load(slug, SHIPPED)


def test_a_playbook_without_a_rehearsal_has_none(tmp_path: Path) -> None:
    made(tmp_path)
    assert playbooks.rehearsal("power-cut", tmp_path) is None
    assert playbooks.slugs(tmp_path / "nothing") == ()


def test_the_manual_explains_every_key_and_placeholder() -> None:
    manual = (SHIPPED.parent / "docs" / "playbooks.md").read_text(encoding="utf-8")
    models = (
        Playbook,
        Phase,
        Role,
        Step,
        FactSpec,
        ReplyTemplate,
        Snippet,
        Alert,
        Approval,
        DueMinutes,
        Rehearsal,
    )
    keys = {field for model in models for field in model.model_fields} | set(PLACEHOLDERS) | set(ALERT_VALUES)
    assert sorted(key for key in keys if f"`{key}`" not in manual) == []


def test_the_worked_example_of_the_manual_is_in_order(tmp_path: Path) -> None:
    manual = (SHIPPED.parent / "docs" / "playbooks.md").read_text(encoding="utf-8")
    example = manual[manual.index("## A worked example") :]
    facts, replies = (dedent(each) for each in re.findall(r"```yaml\n(.*?)```", example, re.DOTALL))
    path = made(tmp_path, facts=facts, replies=replies)
    assert playbooks.problems(path) == []
    (path / "replies.yaml").write_text(
        replies.replace("uit: {affected_area}", "uit: {afected_area}"), encoding="utf-8"
    )
    (promised,) = re.findall(r"power-cut/replies\.yaml:\d+: .*", example)
    assert any(str(problem).endswith(promised) for problem in playbooks.problems(path))
