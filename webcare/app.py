"""Wires the web application: settings, guard, views, answers to errors."""

from __future__ import annotations

import atexit
import logging
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from flask import Flask, Response, request
from flask_limiter import Limiter
from flask_limiter.errors import RateLimitExceeded
from flask_limiter.util import get_remote_address
from werkzeug.exceptions import HTTPException
from werkzeug.middleware.proxy_fix import ProxyFix

from webcare import security, views
from webcare.errors import NotFound, WebcareError
from webcare.events_stream import Listener
from webcare.settings import Settings
from webcare.views import answers, hooks

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

_LOG = logging.getLogger(__name__)
A_YEAR_S = 31_536_000
# Per address and process: a person never gets there, a program that guesses or floods does.
SIGN_INS = "20 per minute"
FORMS = "10 per minute; 60 per hour"
# A contact form in full, and a reply with its facts; nothing here takes files.
MAX_FORM = 262_144


_SENTENCES = {
    405: "This address does not take that kind of request.",
    413: "That is too large to send here.",
}
_BROKEN = "Something went wrong on our side and was written down. Try again, or tell your admin the time."


class _TooMany(WebcareError):
    status = 429


class _Status(WebcareError):
    def __init__(self, sentence: str, status: int) -> None:
        super().__init__(sentence)
        self.status = status


def create_app(settings: Settings) -> Flask:
    """Return the application for one process; nothing is opened before the first request."""
    app = Flask(__name__, static_folder="static", template_folder=None)
    app.config.update(
        WEBCARE=settings,
        MAX_CONTENT_LENGTH=max(settings.webcare_max_body, MAX_FORM),
        MAX_FORM_MEMORY_SIZE=MAX_FORM,
        MAX_FORM_PARTS=200,
        SEND_FILE_MAX_AGE_DEFAULT=A_YEAR_S,
    )
    for blueprint in views.blueprints():
        app.register_blueprint(blueprint)
    app.before_request(security.guard)
    app.after_request(security.harden)
    _limit(app)
    _answer_errors(app)
    listener = Listener(settings.database_url or "", settings.webcare_streams)
    app.extensions["listener"] = listener
    atexit.register(listener.close)
    app.wsgi_app = _doors(app.wsgi_app, settings)  # type: ignore[assignment,method-assign]
    return app


def _doors(desk: WSGIApplication, settings: Settings) -> WSGIApplication:
    """Lead programs to the intake and browsers to the desk.

    Signed messages come in by the thousand and need neither sign-in nor headers for browsers; an
    application of their own halves what one of them costs.
    """
    intake = Flask("webcare.intake", static_folder=None, template_folder=None)
    intake.register_blueprint(hooks.blueprint)
    programs = intake.wsgi_app

    def lead(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        door = programs if str(environ["PATH_INFO"]).startswith("/hooks/") else desk
        return door(environ, start_response)

    hops = settings.webcare_trusted_proxies
    return ProxyFix(lead, x_for=hops, x_proto=hops, x_host=hops) if hops else lead


def _limit(app: Flask) -> None:
    # Counted in memory: the shared, exact count of guesses per account stands in the database.
    limiter = Limiter(get_remote_address, app=app, storage_uri="memory://", headers_enabled=False)
    for endpoint, how_many in (
        ("sign_in.create", SIGN_INS),
        ("sign_in.use_link", SIGN_INS),
        ("sign_in.accept", SIGN_INS),
        ("setup.create", SIGN_INS),
        ("forms.create", FORMS),
    ):
        limited: Any = limiter.limit(how_many)(app.view_functions[endpoint])
        app.view_functions[endpoint] = limited


def _answer_errors(app: Flask) -> None:
    app.register_error_handler(WebcareError, answers.problem)
    app.register_error_handler(HTTPException, _odd_request)
    app.register_error_handler(Exception, _broken)


def _odd_request(error: Any) -> Response:
    if isinstance(error, RateLimitExceeded):
        return answers.problem(_TooMany("That was too often in a short time. Wait a minute and try again."))
    status = error.code or 500
    if status == NotFound.status:
        return answers.problem(NotFound("There is nothing at this address."))
    if status < 400:  # noqa: PLR2004 - redirects pass
        return error.get_response()  # type: ignore[no-any-return]
    return answers.problem(_Status(_SENTENCES.get(status, "This request can't be understood."), status))


def _broken(error: Exception) -> Response:
    _LOG.error("unexpected error", exc_info=error, extra={"route": request.endpoint})
    return answers.problem(_Status(_BROKEN, 500))
