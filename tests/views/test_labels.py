"""Labels are typed beside a conversation, shown there and in the list, and taken off with a button."""

from __future__ import annotations

import pytest

from tests.views.conftest import Desk


def test_a_label_is_added_shown_and_removed(desk: Desk) -> None:
    number = desk.conversation()
    amina = desk.browser(desk.cast.amina)
    added = amina.post(f"/conversations/{number}/labels?tab=all&order=urgency", {"label": " Group Tour "})
    assert (added.status_code, added.headers["Location"]) == (
        303,
        f"/conversations/{number}?tab=all&order=urgency",
    )
    page = amina.get(f"/conversations/{number}").text
    assert '<li class="tag label">group tour' in page
    assert "Take the label off: group tour" in page
    assert "put a label on it:" in page
    assert 'class="tag label-tag" title="label">group tour' in amina.get("/conversations/list").text
    assert amina.json(f"/conversations/{number}")["row"]["labels"] == ["group tour"]
    amina.post(f"/conversations/{number}/labels/removal", {"label": "group tour"})
    page = amina.get(f"/conversations/{number}").text
    assert '<li class="tag label">' not in page
    assert "took a label off:" in page


def test_programs_get_the_labels_back(desk: Desk) -> None:
    number = desk.conversation()
    amina = desk.browser(desk.cast.amina)
    assert amina.send(f"/conversations/{number}/labels", {"label": "gold"}).json == {"labels": ["gold"]}
    gone = amina.send(f"/conversations/{number}/labels/removal", {"label": "gold"})
    assert (gone.status_code, gone.json) == (200, {"labels": []})


@pytest.mark.parametrize(
    ("name", "path", "status"),
    [
        ("olga", "labels", 403),
        ("olga", "labels/removal", 403),
        ("carla", "labels", 404),
        ("carla", "labels/removal", 404),
        ("vera", "labels", 303),
        ("vera", "labels/removal", 403),
    ],
)
def test_who_may(desk: Desk, name: str, path: str, status: int) -> None:
    number = desk.conversation(labels=["gold"])
    answer = desk.browser(desk.cast.named(name)).post(f"/conversations/{number}/{path}", {"label": "gold"})
    assert answer.status_code == status


def test_a_stranger_is_sent_to_the_door(desk: Desk) -> None:
    number = desk.conversation(labels=["gold"])
    for path in ("labels", "labels/removal"):
        answer = desk.stranger().post(f"/conversations/{number}/{path}", data={"label": "silver"})
        assert answer.status_code in (302, 303, 400, 401, 403)
    assert desk.browser(desk.cast.ada).json(f"/conversations/{number}")["row"]["labels"] == ["gold"]


@pytest.mark.parametrize(("label", "status"), [("<script>", 422), ("x" * 41, 422), ("", 400)])
def test_what_is_no_label_is_refused_with_a_sentence(desk: Desk, label: str, status: int) -> None:
    number = desk.conversation()
    answer = desk.browser(desk.cast.amina).post(f"/conversations/{number}/labels", {"label": label})
    assert answer.status_code == status


def test_hostile_labels_never_reach_a_page_unescaped(desk: Desk) -> None:
    number = desk.conversation(labels=['"><img src=x>'])
    amina = desk.browser(desk.cast.amina)
    for address in (f"/conversations/{number}", "/conversations/list"):
        assert "<img src=x>" not in amina.get(address).text
