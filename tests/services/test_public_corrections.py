"""What everybody could read is corrected for everybody: one broadcast, every language, every channel."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import text, update
from sqlalchemy.orm import Session

from tests import broadcasting, corrected
from tests.corrected import KEY, Mistake
from tests.factories import Cast
from webcare import clock
from webcare.errors import Conflict, Refused
from webcare.models import Activation, BroadcastPost
from webcare.queries import broadcast_facts, broadcast_texts
from webcare.queries import broadcasts as broadcast_rows
from webcare.queries import public_corrections as rows
from webcare.services import broadcasts, correction_watch, corrections

PARTS = {
    "know": f"Flights stay cancelled until {{{KEY}}}",
    "dont_know": "When the next bulletin comes",
    "doing": "Calling hotels",
    "you_can": "Please don't travel to the airport",
}


@pytest.fixture
def said(session: Session, cast: Cast, wrong: Mistake) -> int:
    """Let everybody have read the wrong thing, on a short and a long channel; return the broadcast."""
    session.execute(text("UPDATE fact_versions SET is_public = true"))
    broadcasting.outlet(session, max_length=0)
    broadcasting.outlet(session, max_length=200, languages=["en"])
    given = {"parts": {"en": PARTS, "nl": PARTS}}
    row = broadcasting.published(session, cast.dev, broadcasting.update_text(wrong.activation_id, **given))
    arrive(session, row.id)
    return row.id


def arrive(session: Session, broadcast_id: int, state: str = "sent") -> None:
    moving = update(BroadcastPost).where(BroadcastPost.broadcast_id == broadcast_id).values(state=state)
    session.execute(moving)


def started(session: Session, cast: Cast, wrong: Mistake, **right: Any) -> int:
    corrected.retract(session, cast.dev, wrong)
    if right.get("is_known", True):
        corrected.right(session, cast.dev, wrong, is_public=True)
    return corrected.drafted(session, cast.dev, wrong.start)


def out(session: Session, cast: Cast, run: int) -> int:
    """Approve the public correction of a run and return its number."""
    word = rows.word(session, run)
    assert word is not None
    broadcasts.submit(session, cast.dev, word.id, 1)
    assert broadcasts.approve(session, cast.ada, word.id, 1).state == "published"
    return word.id


def test_a_run_lists_the_posts_by_record_and_drafts_one_word_for_everybody(
    session: Session, cast: Cast, wrong: Mistake, said: int
) -> None:
    run = started(session, cast, wrong)
    posts = rows.posts(session, run)
    assert [each.language for each in posts] == [None, "en", "en", "nl"]
    assert {each.result for each in posts} == {"missing"}
    word = rows.word(session, run)
    assert word is not None
    row = broadcast_rows.one(session, word.id)
    look = broadcast_texts.look(session, row, clock.now())
    assert (look.problems, row.kind, row.correction_id) == ((), "correction", run)
    english = {each.composed.text for each in look.previews if each.language == "en"}
    assert len(english) == 2
    for each in english:
        assert '"Tuesday 18:00"' in each
        assert '"Wednesday 06:00"' in each
        assert "sorry" in each
        assert "Next update" in each
    assert min(map(len, english)) <= 200


def test_the_run_counts_both_and_ends_only_when_every_channel_carries_it(
    session: Session, cast: Cast, wrong: Mistake, said: int
) -> None:
    run = started(session, cast, wrong)
    with pytest.raises(Refused, match="4 public posts carry no correction"):
        corrections.close(session, cast.dev, run)
    word = out(session, cast, run)
    with pytest.raises(Conflict, match="3 public posts are still on their way"):
        corrections.close(session, cast.dev, run)
    arrive(session, word)
    session.execute(
        text("UPDATE broadcast_posts SET state = 'failed' WHERE id = (SELECT max(id) FROM broadcast_posts)")
    )
    assert rows.tally(session, run).sentence == "3 of 4 public posts corrected"
    with pytest.raises(Refused, match="1 public post carries"):
        corrections.close(session, cast.dev, run)
    arrive(session, word)
    assert rows.tally(session, run).sentence == "4 of 4 public posts corrected"
    assert corrections.close(session, cast.dev, run) == "closed"


def test_a_lead_may_end_it_with_a_reason_and_the_draft_is_withdrawn(
    session: Session, cast: Cast, wrong: Mistake, said: int
) -> None:
    run = started(session, cast, wrong)
    word = rows.word(session, run)
    assert word is not None
    assert corrections.close(session, cast.dev, run, "the page was down, nobody saw it") == "withdrawn"
    assert broadcast_rows.one(session, word.id).state == "withdrawn"
    assert broadcast_facts.wrong(session, [broadcast_rows.one(session, said)])[said].corrected_by is None


def test_only_the_quote_goes_unchecked(session: Session, cast: Cast, wrong: Mistake, said: int) -> None:
    run = started(session, cast, wrong, is_known=False)
    word = rows.word(session, run)
    assert word is not None
    row = broadcast_rows.one(session, word.id)
    assert broadcast_texts.look(session, row, clock.now()).problems == ()
    parts = {code: dict(row.parts[code]) for code in row.languages}
    parts["en"]["short"] += " Flights stay cancelled until Tuesday 18:00."
    again = broadcasts.BroadcastText("correction", parts, row.activation_id, row.next_update_at)
    broadcasts.rewrite(session, cast.dev, word.id, 1, again)
    found = broadcast_texts.look(session, broadcast_rows.one(session, word.id), clock.now()).findings
    assert {each.finding.name for each in found if each.finding.severity == "block"} == {"retracted_fact"}


def test_what_is_right_by_now_is_not_called_unknown(
    session: Session, cast: Cast, wrong: Mistake, said: int
) -> None:
    run = started(session, cast, wrong, is_known=False)
    corrected.right(session, cast.dev, wrong, is_public=True)
    word = rows.word(session, run)
    assert word is not None
    with pytest.raises(Refused, match="is known by now"):
        broadcasts.submit(session, cast.dev, word.id, 1)
    corrections.redraft(session, cast.dev, run)
    newer = rows.word(session, run)
    assert newer is not None
    assert newer.id != word.id
    assert broadcast_rows.one(session, word.id).state == "withdrawn"
    out(session, cast, run)


def test_after_the_crisis_it_is_corrected_all_the_same(
    session: Session, cast: Cast, wrong: Mistake, said: int
) -> None:
    corrected.retract(session, cast.dev, wrong)
    corrected.right(session, cast.dev, wrong, is_public=True)
    session.execute(update(Activation).values(ended_at=clock.now()))
    run = corrected.drafted(session, cast.dev, wrong.start)
    word = out(session, cast, run)
    text_out = broadcasting.posts(session, word)[0][2]
    assert "Wednesday 06:00" in text_out
    assert "Next update" not in text_out


def test_a_rehearsal_ends_withheld_and_a_lost_draft_can_be_made_anew(
    session: Session, cast: Cast, wrong: Mistake, said: int
) -> None:
    run = started(session, cast, wrong)
    word = rows.word(session, run)
    assert word is not None
    with pytest.raises(Conflict, match="a draft already"):
        corrections.draft_public(session, cast.dev, run)
    broadcasts.withdraw(session, cast.dev, word.id, 1)
    assert corrections.draft_public(session, cast.dev, run) > word.id
    assert correction_watch.watch(session) == 1
    said_in_slack = corrected.one(
        session, "SELECT text FROM alerts WHERE coalesce_key = :key", key=f"correction.run:{run}"
    )
    assert "0 of 4 public posts corrected" in said_in_slack
