"""Playbooks on the screen: how far they grew, which texts are samples, what changed in a folder."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests import factories
from tests.shelves import ASH, edit, shelf
from tests.views.conftest import Desk
from webcare import db

__all__ = ["shelf"]


def activation(desk: Desk) -> int:
    with db.transaction() as session:
        return factories.activated(session, desk.cast.dev).id


def test_the_list_says_stage_samples_and_rehearsal(desk: Desk, shelf: Path) -> None:
    page = desk.browser(desk.cast.amina).get("/playbooks").text
    assert "Any crisis" in page
    assert "pioneer" in page
    assert "never" in page
    rows = {each["slug"]: each for each in desk.browser(desk.cast.dev).json("/playbooks")["playbooks"]}
    assert rows[ASH]["samples"] == rows[ASH]["texts"] > rows[ASH]["grave"] > 0


def test_a_broken_folder_is_named_and_the_others_stay(desk: Desk, shelf: Path) -> None:
    edit(shelf, "playbook.yaml", "version: 1.0.0", "version: one")
    page = desk.browser(desk.cast.amina).get("/playbooks").text
    assert "can&#39;t be used: 1 problem(s)" in page
    assert "Any crisis" in page
    assert desk.browser(desk.cast.amina).get(f"/playbooks/{ASH}").status_code == 422


def test_a_playbook_says_what_the_next_stage_asks(desk: Desk, shelf: Path) -> None:
    page = desk.browser(desk.cast.dev).get(f"/playbooks/{ASH}").text
    assert "Missing for serious" in page
    assert "Rehearse it" in page
    assert "Improvised, and it worked" in page
    assert "Improvised, and it worked" not in desk.browser(desk.cast.amina).get(f"/playbooks/{ASH}").text
    assert desk.browser(desk.cast.dev).get("/playbooks/base").status_code == 200


@pytest.mark.parametrize("slug", ["nothing", "..", "%2e%2e", "a b"])
def test_what_is_not_there_is_said_plainly(desk: Desk, slug: str) -> None:
    assert desk.browser(desk.cast.dev).get(f"/playbooks/{slug}").status_code == 404


def test_an_admin_approves_the_words_on_the_page(desk: Desk, shelf: Path) -> None:
    where = f"/playbooks/{ASH}/texts"
    ada, dev = desk.browser(desk.cast.ada), desk.browser(desk.cast.dev)
    row = next(each for each in ada.json(where)["texts"] if each["key"] == "rights.baggage")
    form = {name: row[name] for name in ("noun", "key", "sha256")}
    assert "I approve these words" not in dev.get(where).text
    assert dev.post(where, form).status_code == 403
    assert ada.post(where, {**form, "sha256": "0" * 64}).status_code == 409
    assert ada.post(where, form).status_code == 303
    assert "approved by Ada" in dev.get(where).text
    edit(shelf, "snippets.yaml", "Report a late bag", "Tell us of a late bag")
    assert "earlier words were; these are others" in dev.get(where).text


def test_words_in_force_are_shown_when_the_folder_has_others(desk: Desk, shelf: Path) -> None:
    activation(desk)
    edit(shelf, "snippets.yaml", "Report a late bag", "Tell us of a late bag")
    page = desk.browser(desk.cast.ada).get(f"/playbooks/{ASH}/texts").text
    assert "In force now with other words" in page
    assert "Report a late bag" in page


def test_a_changed_folder_is_shown_and_taken_by_a_lead(desk: Desk, shelf: Path) -> None:
    number = activation(desk)
    room, where = f"/activations/{number}", f"/activations/{number}/changes"
    dev, amina = desk.browser(desk.cast.dev), desk.browser(desk.cast.amina)
    assert "was edited" not in dev.get(room).text
    edit(shelf, "replies/4-talk.yaml", "    version: 1\n", "    version: 2\n")
    assert "The folder of this playbook was edited: 1 change." in dev.get(room).text
    assert "the version is now 2 (was 1)" in amina.get(where).text
    assert "Take the changed version into force" not in amina.get(where).text
    seen = {"seen": dev.json(where)["edited"]["fingerprint"]}
    assert amina.post(where, seen).status_code == 403
    assert dev.post(where, seen).status_code == 303
    assert "1.0.0 (" in dev.get(room).text.partition("Timeline")[2]
    assert "Nothing changed." in dev.get(where).text
    assert dev.post(where, seen).status_code == 409


def test_a_broken_edit_is_explained_and_can_not_be_taken(desk: Desk, shelf: Path) -> None:
    number = activation(desk)
    edit(shelf, "playbook.yaml", "version: 1.0.0", "version: 1.1.0\ntone: loud")
    dev = desk.browser(desk.cast.dev)
    assert "broken now" in dev.get(f"/activations/{number}").text
    page = dev.get(f"/activations/{number}/changes").text
    assert "tone" in page
    assert "Take the changed version" not in page


def test_several_playbooks_together_say_which_one_is_strictest(desk: Desk, shelf: Path) -> None:
    other = shelf / "hub-closed"
    other.mkdir()
    (other / "playbook.yaml").write_text(
        "slug: hub-closed\nextends: base\ntitle: {en: Hub closed, nl: Luchthaven dicht}\n"
        "version: 1.0.0\ndue_minutes: {U2: 7}\nreply_policy: hold\n"
    )
    number = activation(desk)
    dev = desk.browser(desk.cast.dev)
    assert "In force together" not in dev.get(f"/activations/{number}").text
    with db.transaction() as session:
        factories.activated(session, desk.cast.dev, "hub-closed")
    page = dev.get(f"/activations/{number}").text
    assert '<b>U2 7 min</b> <span class="soft">by Hub closed</span>' in page
    assert '<b>Replies hold</b> <span class="soft">by Hub closed</span>' in page
