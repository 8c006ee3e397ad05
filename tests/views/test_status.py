"""The public page says what was published and when more comes; it knows no person and no rehearsal."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests import broadcasting, factories
from tests.factories import Cast
from webcare import clock, db
from webcare.models import ReplyTime
from webcare.services import broadcasts, facts
from webcare.services.broadcasts import BroadcastText
from webcare.views import status

HOSTILE = "Wind & ash; 3 < 5; see https://example.org/flights"


@pytest.fixture
def cast(clean_database: str, redis_url: str) -> Cast:
    with db.transaction() as session:
        return factories.cast(session)


@pytest.fixture
def crowd() -> Iterator[FlaskClient]:
    """Return a stranger's browser on the page alone: nothing of the desk stands before it."""
    app = Flask(__name__)
    app.register_blueprint(status.blueprint)
    with app.test_client() as client:
        yield client


def publish(cast: Cast, mode: str = "real", **parts: str) -> int:
    """Publish an update in English and return its activation."""
    said = {"know": HOSTILE, "dont_know": "when", "doing": "calling", "you_can": "stay home", **parts}
    with db.transaction() as session:
        number = factories.activated(session, cast.dev, mode=mode).id
        at = clock.now() + timedelta(hours=1)
        made = broadcasts.write(session, cast.dev, BroadcastText("update", {"en": said}, number, at))
        broadcasts.submit(session, cast.dev, made, 1)
        broadcasts.approve(session, cast.dev, made, 1)
    return number


def test_an_update_stands_there_with_its_times_and_without_any_script(cast: Cast, crowd: FlaskClient) -> None:
    publish(cast)
    page = crowd.get("/status")
    assert page.status_code == 200
    assert "Wind &amp; ash; 3 &lt; 5" in page.text
    assert "<script" not in page.text
    assert 'href="https://example.org/flights"' in page.text
    assert "What you can do" in page.text
    assert "Next update <b><time" in page.text
    assert ("CET" in page.text) or ("CEST" in page.text)


def test_it_names_nobody_and_sets_no_cookie(cast: Cast, crowd: FlaskClient) -> None:
    publish(cast)
    for address in ("/status", "/status.json"):
        answer = crowd.get(address)
        assert "Dev" not in answer.text
        assert "Ash over the hub" not in answer.text
        assert "Set-Cookie" not in answer.headers
        assert answer.headers["Cache-Control"] == "public, max-age=15"


def test_a_rehearsal_and_a_draft_stay_inside(cast: Cast, crowd: FlaskClient) -> None:
    publish(cast, "rehearsal", know="A rehearsed word")
    number = publish(cast, know="A real word")
    at = clock.now() + timedelta(hours=2)
    parts = {"en": {"know": "A draft", "dont_know": "-", "doing": "-", "you_can": "-"}}
    with db.transaction() as session:
        broadcasts.write(session, cast.dev, BroadcastText("update", parts, number, at))
    page = crowd.get("/status").text
    assert "A real word" in page
    assert "A rehearsed word" not in page
    assert "A draft" not in page
    found: Any = crowd.get("/status.json").json
    assert len(found["updates"]) == 1


def test_it_speaks_the_readers_language_and_says_when_the_update_does_not(
    cast: Cast, crowd: FlaskClient
) -> None:
    publish(cast)
    for asked in ({"headers": {"Accept-Language": "nl-NL,nl;q=0.9"}}, {"query_string": {"language": "nl"}}):
        given: dict[str, Any] = asked
        page = crowd.get("/status", **given).text
        assert '<html lang="nl">' in page
        assert "Volgende update" in page
        assert "alleen in het Engels" in page


def test_programs_get_the_same_as_json(cast: Cast, crowd: FlaskClient) -> None:
    publish(cast)
    found: Any = crowd.get("/status.json").json
    assert found["updates"][0]["said"]["en"]["doing"] == "calling"
    assert found["crises"][0]["next_update_at"].endswith("Z")
    assert set(found["updates"][0]) == {
        *("id", "kind", "crisis", "published_at", "next_update_at", "was_wrong", "said"),
        *("corrected_by", "corrects"),
    }


def test_what_turned_out_wrong_stays_and_says_so(cast: Cast, crowd: FlaskClient) -> None:
    with db.transaction() as session:
        number = broadcasting.laid(session, cast)
        broadcasting.published(session, cast.dev, broadcasting.update_text(number))
    assert "turned out to be wrong" not in crowd.get("/status").text
    with db.transaction() as session:
        facts.retract(session, cast.amina, number, "airspace_status", "the bulletin was withdrawn")
    page = crowd.get("/status").text
    assert "turned out to be wrong" in page
    assert "<s>Airspace_status en</s>." in page


def test_on_quiet_days_it_says_so(cast: Cast, crowd: FlaskClient) -> None:
    assert "nothing to report" in crowd.get("/status").text
    found: Any = crowd.get("/status.json").json
    assert found["updates"] == []


def test_a_late_update_is_said_to_be_late(
    cast: Cast, crowd: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    publish(cast)
    later = clock.now() + timedelta(hours=2)
    monkeypatch.setattr(clock, "now", lambda: later)
    page = crowd.get("/status").text
    assert "It is late, and we are sorry." in page


def measure(cast: Cast, minutes: int | None, ago: int = 0, **values: Any) -> None:
    """Lay a measured time to answer for an inbox of its own, in English."""
    with db.transaction() as session:
        number = factories.inbox(session, cast.team_id, name="Polder Air mail", **values)
        row = ReplyTime(inbox_id=number, language="en", expected_minutes=minutes, measured_minutes=minutes)
        row.measured_at, row.replies, row.waiting = clock.now() - timedelta(minutes=ago), 7, 3
        session.add(row)


def test_the_measured_time_to_answer_stands_there_with_its_moment(cast: Cast, crowd: FlaskClient) -> None:
    measure(cast, 120)
    page = crowd.get("/status?language=en").text
    assert "Polder Air mail: within about <b>2 hours</b>, measured <time" in page
    assert "Polder Air mail" not in crowd.get("/status?language=nl").text
    (told,) = crowd.get("/status.json").json["reply_times"]
    assert (told["expected_minutes"], told["said"]["nl"]) == (120, "2 uur")


def test_what_can_not_be_estimated_says_so(cast: Cast, crowd: FlaskClient) -> None:
    measure(cast, None)
    assert "we can&#39;t estimate that yet" in crowd.get("/status?language=en").text


@pytest.mark.parametrize("ago", [11, 60])
def test_a_stale_time_to_answer_is_hidden(cast: Cast, crowd: FlaskClient, ago: int) -> None:
    measure(cast, 120, ago)
    assert "2 hours" not in crowd.get("/status?language=en").text
    assert crowd.get("/status.json").json["reply_times"] == []


def test_the_time_of_a_rehearsal_stays_inside(cast: Cast, crowd: FlaskClient) -> None:
    with db.transaction() as session:
        number = factories.activated(session, cast.dev, mode="rehearsal").id
    measure(cast, 120, rehearsal_id=number)
    assert crowd.get("/status.json").json["reply_times"] == []
