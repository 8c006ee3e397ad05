"""Answers what no view answered: refusals, odd requests, too many of them, and errors of our own."""

from __future__ import annotations

import logging
import traceback
from collections.abc import Callable
from typing import Any

from flask import Flask, Response, request
from flask_limiter.errors import RateLimitExceeded
from werkzeug.exceptions import HTTPException, MethodNotAllowed

from webcare.errors import NotFound, WebcareError

Say = Callable[[WebcareError], Response]

_LOG = logging.getLogger(__name__)
_SENTENCES = {
    404: "There is nothing at this address.",
    413: "That is too large to send here.",
}
_ODD = "This request can't be understood."
_BROKEN = "Something went wrong on our side and was written down. Try again, or tell your admin the time."


class _TooMany(WebcareError):
    status = 429


class _Status(WebcareError):
    def __init__(self, sentence: str, status: int) -> None:
        super().__init__(sentence)
        self.status = status


def answer_all(app: Flask, say: Say) -> None:
    """Answer every error of `app` with what `say` makes of a sentence: a page, or JSON."""
    app.register_error_handler(WebcareError, say)
    app.register_error_handler(HTTPException, lambda error: _odd_request(error, say))
    app.register_error_handler(Exception, lambda error: _broken(error, say))


def _odd_request(error: Any, say: Say) -> Response:
    if isinstance(error, RateLimitExceeded):
        return say(_TooMany("That was too often in a short time. Wait a minute and try again."))
    status = error.code or 500
    if status < 400:  # noqa: PLR2004 - redirects pass
        return error.get_response()  # type: ignore[no-any-return]
    if isinstance(error, MethodNotAllowed):
        return _wrong_method(error, say)
    if status == NotFound.status:
        return say(NotFound(_SENTENCES[404]))
    return say(_Status(_SENTENCES.get(status, _ODD), status))


def _wrong_method(error: MethodNotAllowed, say: Say) -> Response:
    taken = ", ".join(sorted(set(error.valid_methods or ()) - {"HEAD", "OPTIONS"}))
    answer = say(_Status(f"This address does not take {request.method[:20]} requests, only {taken}.", 405))
    answer.headers["Allow"] = taken
    return answer


def _broken(error: Exception, say: Say) -> Response:
    # The words of an error may quote what a contact wrote; its kind and its place never do.
    kinds = " from ".join(f"{type(each).__module__}.{type(each).__name__}" for each in _chain(error))
    where = "".join(traceback.format_tb(error.__traceback__))
    route = f"{request.method} {request.url_rule or 'no route'}"
    _LOG.error("unexpected error", extra={"route": route, "kind": kinds, "exception": where})
    return say(_Status(_BROKEN, 500))


def _chain(error: BaseException) -> list[BaseException]:
    found: list[BaseException] = []
    last: BaseException | None = error
    while last is not None and last not in found:
        found.append(last)
        last = last.__cause__
    return found
