"""Writes the log: one JSON object a line, in UTC, masked, and no line that a stranger could forge."""

from __future__ import annotations

import logging
import re
import sys
from collections.abc import MutableMapping
from typing import Any

import structlog

from webcare import settings
from webcare.domain.masking import mask

LEVELS = {"debug": 10, "info": 20, "warning": 30, "error": 40}
MAX_VALUE = 2000
MAX_TRACEBACK = 6000
_PARAMETERS = re.compile(r"\[parameters: [^\n]*")
# Made by the log itself: a moment in time looks like a telephone number to a mask.
_OURS = frozenset({"at", "level", "logger"})
# Bodies of messages have no place in a log, whatever somebody calls with.
UNSAID = frozenset({"text", "body", "raw", "subject", "preview", "password", "token", "secret", "secrets"})
# Libraries that put what they send and receive into their debug lines.
_QUIET = ("slack_sdk", "slack_sdk.web.base_client", "urllib3", "httpx", "httpcore", "asyncio", "mail.log")

EventDict = MutableMapping[str, Any]


def set_up() -> None:
    """Send every log line of this process, also those of libraries, to standard error as JSON."""
    level = LEVELS[settings.get().webcare_log_level]
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True, key="at"),
        structlog.processors.format_exc_info,
        masked,
    ]
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *shared,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(_formatter(shared))
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    for name in _QUIET:
        logging.getLogger(name).setLevel(max(level, logging.WARNING))


def _formatter(shared: list[Any]) -> logging.Formatter:
    return structlog.stdlib.ProcessorFormatter(
        # What our own lines say beside their sentence: a route, a kind of error.
        foreign_pre_chain=[structlog.stdlib.ExtraAdder(), *shared],
        processors=[
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            # ASCII, so that no control, line separator or direction mark reaches a terminal as itself.
            structlog.processors.JSONRenderer(ensure_ascii=True, sort_keys=True, default=str),
        ],
    )


def masked(_logger: object, _method: str, line: EventDict) -> EventDict:
    """Mask every text of a line and leave out what may never be logged."""
    return {key: _said(str(key), value) for key, value in line.items()}


def _said(key: str, value: Any) -> Any:
    if key in UNSAID:
        return "(not logged)"
    if key in _OURS:
        return value
    if key == "exception":
        # The end of a traceback says what happened; a statement's parameters are words of contacts.
        return mask(_PARAMETERS.sub("[parameters: not logged]", str(value))[-MAX_TRACEBACK:])
    return _masked(value)


def _masked(value: Any) -> Any:
    if isinstance(value, str):
        return mask(_PARAMETERS.sub("[parameters: not logged]", value[:MAX_VALUE]))
    if isinstance(value, dict):
        return {str(key): _said(str(key), each) for key, each in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [_masked(each) for each in value]
    if value is None or isinstance(value, bool | int | float):
        return value
    return value if type(value).__module__.startswith("logging") else mask(str(value)[:MAX_VALUE])
