"""Shows what Slack was told, or would have been told."""

from __future__ import annotations

from flask import Blueprint, Response

from webcare import clock, db, security
from webcare.queries import alerts
from webcare.views import answers

blueprint = Blueprint("alerts", __name__)


@blueprint.get("/alerts")
@security.needs("activation.read")
def index() -> Response:
    """Show the alerts of the last day, newest first."""
    with db.transaction() as session:
        rows = alerts.desk(session, security.who(), clock.now())
        if answers.wants_json():
            return answers.as_json({"alerts": rows})
        is_board = answers.is_fragment("board")
        template = "alerts/_board.html" if is_board else "alerts/index.html"
        has_slack = security.settings().slack_bot_token is not None
        return answers.html(template, rows=rows, has_slack=has_slack, **answers.shell(session))
