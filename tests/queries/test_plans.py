"""The list stays quick with a long backlog: each page walks an index and looks at few rows."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import Connection, event, text
from sqlalchemy.orm import Session

from tests import factories
from tests.factories import Cast
from webcare import db
from webcare.domain.rights import Who
from webcare.models import Conversation
from webcare.queries import inbox
from webcare.queries.inbox import Order, Tab, View

ROWS = 20_000
# A page of 51, from two branches, with the claimed rows that the unassigned tab walks past.
MOST_LOOKED_AT = 800
# Behind `team_id IS NULL` PostgreSQL may sort a team's part of the index instead of walking it: milliseconds.
MOST_OF_A_VOLUNTEER = ROWS // 3

_FILL = text("""
    INSERT INTO conversations (inbox_id, contact_id, team_id, state, state_at, urgency, waiting_since,
        level_since, due_at, last_message_at, created_at, preview)
    SELECT :inbox, :contact, CASE WHEN g % 1000 = 0 THEN :small WHEN g % 3 > 0 THEN :large END, 'open', t,
        CASE WHEN g % 100 = 0 THEN 0 WHEN g % 25 = 0 THEN 1 WHEN g % 5 = 0 THEN 2 ELSE 3 END,
        t, t, t + interval '1 hour', t, t, repeat('words ', 20)
    FROM (SELECT g, now() - make_interval(secs => (g * 7919) % 86400) AS t
          FROM generate_series(1, :rows) g) made
""")


@pytest.fixture(scope="module")
def backlog(unwritten_module: str) -> Iterator[tuple[Connection, Cast]]:
    """Fill a long backlog once, in a transaction that is rolled back after the last test."""
    with db.engine().connect() as connection:
        around = connection.begin()
        with Session(connection, join_transaction_mode="create_savepoint", expire_on_commit=False) as session:
            people = factories.cast(session)
            values = {"inbox": factories.inbox(session), "contact": factories.eve(session), "rows": ROWS}
            session.execute(_FILL, {**values, "small": people.other_team_id, "large": people.team_id})
            session.execute(text("ANALYZE conversations"))
            session.commit()
        yield connection, people
        around.rollback()


def looked_at(connection: Connection, who: Who, view: View) -> int:
    """Return how many rows of conversations the second page's query touched."""
    caught: list[tuple[str, Any]] = []

    def catch(_c: object, _cursor: object, statement: str, values: Any, *_rest: object) -> None:
        caught.append((statement, values))

    with Session(connection, join_transaction_mode="create_savepoint") as session:
        after = inbox.rows(session, who, view).next
        event.listen(connection, "before_cursor_execute", catch)
        inbox.rows(session, who, View(view.tab, view.order, after))
        event.remove(connection, "before_cursor_execute", catch)
    statement, values = next(each for each in caught if each[0].startswith("SELECT"))
    explained = connection.exec_driver_sql("EXPLAIN (ANALYZE, FORMAT JSON) " + statement, values)
    return _rows(explained.scalar_one()[0]["Plan"])


def _rows(plan: dict[str, Any]) -> int:
    own = 0
    if plan.get("Relation Name") == "conversations":
        own = (plan["Actual Rows"] + plan.get("Rows Removed by Filter", 0)) * plan["Actual Loops"]
    return int(own) + sum(_rows(each) for each in plan.get("Plans", ()))


@pytest.mark.parametrize("name", ["amina", "carla", "vera", "dev", "ada"])
@pytest.mark.parametrize("order", ["urgency", "waiting", "newest"])
@pytest.mark.parametrize("tab", ["mine", "unassigned", "all"])
def test_a_page_looks_at_few_rows(
    backlog: tuple[Connection, Cast], tab: Tab, order: Order, name: str
) -> None:
    connection, people = backlog
    names = {index.name for index in Conversation.__table__.indexes}  # type: ignore[attr-defined]
    if name == "carla" and "ix_conversations_team" not in names:
        pytest.skip("a small team needs an index that begins with team_id")
    most = MOST_OF_A_VOLUNTEER if name == "vera" else MOST_LOOKED_AT
    assert looked_at(connection, people.named(name), View(tab, order)) <= most
