"""One strict environment: every template compiles, every character is escaped, links are harmless."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from jinja2 import StrictUndefined, UndefinedError

from webcare import rendering

NOW = datetime(2026, 4, 16, 6, 0, tzinfo=UTC)


def test_every_template_compiles() -> None:
    environment = rendering.environment()
    names = environment.list_templates(filter_func=lambda name: name.endswith((".html", ".txt", ".svg")))
    assert len(names) > 30
    for name in names:
        environment.get_template(name)


def test_a_missing_value_is_an_error_and_everything_is_escaped() -> None:
    environment = rendering.environment()
    assert environment.undefined is StrictUndefined
    with pytest.raises(UndefinedError):
        environment.from_string("{{ nothing.here }}").render()
    assert environment.from_string("{{ x }}").render(x="<b>") == "&lt;b&gt;"


def test_no_template_switches_escaping_off_or_carries_code_in_attributes() -> None:
    for file in rendering.templates_folder().rglob("*.html"):
        text = file.read_text(encoding="utf-8")
        assert "|safe" not in text.replace(" ", ""), file
        assert " style=" not in text, file
        assert not any(f" on{event}=" in text for event in ("click", "load", "error", "submit", "input")), (
            file
        )


@pytest.mark.parametrize(
    ("text", "link"),
    [
        ("see https://example.org/a?b=1&c=2.", 'href="https://example.org/a?b=1&amp;c=2"'),
        ("(http://example.org)", 'href="http://example.org"'),
    ],
)
def test_web_addresses_become_links_that_tell_nothing(text: str, link: str) -> None:
    shown = rendering.linked(text)
    assert link in shown
    assert 'rel="noopener noreferrer nofollow"' in shown


@pytest.mark.parametrize(
    "text",
    [
        "javascript:alert(1)",
        "data:text/html,<script>alert(1)</script>",
        "JaVaScRiPt://example.org/%0aalert(1)",
        "vbscript:x ftp://example.org mailto:a@example.org",
    ],
)
def test_nothing_else_becomes_a_link(text: str) -> None:
    assert "<a" not in rendering.linked(text)


def test_a_link_can_not_break_out_of_its_attribute() -> None:
    shown = rendering.linked('https://example.org/"onmouseover="alert(1) <script>')
    assert 'href="https://example.org/"' in shown
    assert '"onmouseover=' not in shown
    assert "<script>" not in shown


def test_control_and_direction_characters_are_made_visible() -> None:
    assert rendering.visible("a\x00b\u202ec") == "a\ufffdb\ufffdc"
    assert rendering.visible("two\nlines\ttab") == "two\nlines\ttab"


@pytest.mark.parametrize(
    ("length", "words"),
    [
        (timedelta(seconds=-5), "0 s"),
        (timedelta(seconds=59), "59 s"),
        (timedelta(minutes=59, seconds=59), "59 min"),
        (timedelta(hours=3, minutes=5), "3 h 05"),
        (timedelta(days=4, hours=2), "4 d 2 h"),
    ],
)
def test_a_length_of_time_shows_what_matters(length: timedelta, words: str) -> None:
    assert rendering.span(length) == words


def test_a_promise_says_left_or_late() -> None:
    assert rendering.due(NOW + timedelta(minutes=12), NOW) == "12 min left"
    assert rendering.due(NOW - timedelta(minutes=12), NOW) == "late by 12 min"


def test_a_moment_carries_utc_for_machines_and_on_hover() -> None:
    shown = rendering.moment(NOW)
    assert shown.startswith('<time datetime="2026-04-16T06:00:00Z" title="2026-04-16 06:00:00 UTC"')
    assert shown.endswith(">06:00 UTC</time>")
    assert rendering.moment(None) == ""


def test_the_address_of_a_static_file_changes_with_its_content() -> None:
    assert "?v=" in rendering.static("css/tokens.css")
    assert rendering.static("gone.css") == "/static/gone.css"
    assert rendering.stylesheets()[0].startswith("/static/css/tokens.css")
