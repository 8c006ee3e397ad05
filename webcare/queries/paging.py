"""Turns the place where a page of conversations ended into a cursor, and back into a condition."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, SmallInteger, literal, tuple_

from webcare.db import Moment
from webcare.errors import Refused
from webcare.models import Conversation

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_DAMAGED = "This link to the next page is damaged; start again from the first page."
_LARGEST_SMALL = 32_767
_WRITTEN = re.compile(r"[uwn](?:_[0-9]{1,17}){2,3}")


@dataclass(frozen=True, slots=True)
class Keys:
    """The columns of one order, always ending in the id so that no two rows stand at one place."""

    letter: str
    names: tuple[str, ...]
    is_falling: bool = False

    @property
    def order(self) -> list[Any]:
        """Return what to sort by."""
        return [column.desc() if self.is_falling else column for column in self._columns()]

    def cursor(self, row: Any) -> str:
        """Return the place of `row` (anything with the columns as attributes), fit for a URL."""
        return "_".join([self.letter, *(str(_number(getattr(row, name))) for name in self.names)])

    def after(self, cursor: str | None, lowest_urgency: int) -> list[ColumnElement[bool]]:
        """Return the condition for rows behind `cursor` at `lowest_urgency` or a calmer level.

        Raises Refused when the cursor is none of this order. Where the order itself begins with the
        urgency, one condition says both: two would mislead the planner into sorting the backlog.
        """
        calm = [Conversation.urgency >= lowest_urgency] if lowest_urgency > 0 else []
        if cursor is None:
            return calm
        parts = cursor.split("_")
        if not _WRITTEN.fullmatch(cursor) or parts[0] != self.letter or len(parts) != len(self.names) + 1:
            raise Refused(_DAMAGED)
        columns = self._columns()
        values = [_value(int(part), column) for part, column in zip(parts[1:], columns, strict=True)]
        if self.names[0] == "urgency" and calm:
            values = max(values, [lowest_urgency, _EPOCH, 0])
            calm = []
        given = tuple_(*(literal(value, column.type) for value, column in zip(values, columns, strict=True)))
        here = tuple_(*columns)
        return [*calm, here < given if self.is_falling else here > given]

    def _columns(self) -> list[Any]:
        return [getattr(Conversation, name) for name in self.names]


ORDERS: dict[str, Keys] = {
    "urgency": Keys("u", ("urgency", "due_at", "id")),
    "waiting": Keys("w", ("waiting_since", "id")),
    "newest": Keys("n", ("last_message_at", "id"), is_falling=True),
}


def _number(value: Any) -> int:
    """Return a moment as whole microseconds since 1970, a number as it is."""
    if isinstance(value, datetime):
        return (value - _EPOCH) // timedelta(microseconds=1)
    return int(value)


def _value(number: int, column: Any) -> Any:
    """Return a number of a cursor as the column's value; raise Refused when no row could hold it."""
    if not isinstance(column.type, Moment):
        if isinstance(column.type, SmallInteger) and number > _LARGEST_SMALL:
            raise Refused(_DAMAGED)
        return number
    try:
        return _EPOCH + timedelta(microseconds=number)
    except OverflowError as error:
        raise Refused(_DAMAGED) from error
