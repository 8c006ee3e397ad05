"""Hands one reply to the mail server and says what its fate is: taken, not taken, or unknown."""

from __future__ import annotations

import contextlib
import re
import smtplib
import socket
import ssl
import threading
from typing import TYPE_CHECKING, NoReturn

from webcare import clock
from webcare.channels import addresses
from webcare.channels.email.composing import compose, message_id
from webcare.channels.network import TOTAL_SECONDS, Deadline, dial, resolve
from webcare.domain.utterances import InboxConfig, Outbound, Sent
from webcare.errors import ChannelError

if TYPE_CHECKING:
    from webcare.settings import Settings

_LEADING_DOT = re.compile(rb"(?m)^\.")
_READY, _TEMPORARY, _PERMANENT = 354, 4, 5


# Someone has to fill in a setting; the reply waits as long as that takes, and is tried once a minute.
SETTING_S = 60.0


def send(outbound: Outbound, config: InboxConfig, settings: Settings) -> Sent:
    """Send one reply over SMTP, once, within 20 seconds; raises ChannelError.

    From the closing dot on, a lost connection is `unknown`: the server may have taken the mail
    (RFC 1047). Everything before it, and every refusal in so many words, is `not_sent`.
    """
    recipient, sender = _checked(outbound, config, settings)
    mail = compose(outbound, config, clock.now())
    try:
        server = _Server(settings, sender, Deadline(TOTAL_SECONDS))
    except (OSError, smtplib.SMTPException) as error:
        _waits(f"The mail server {settings.smtp_host} can't be used ({_words(error)}). {_advice(error)}")
    try:
        _sign_in(server, settings)
        _open(server, "" if outbound.is_automatic else sender, recipient, mail)
        return Sent(message_id(outbound, config), _finish(server))
    finally:
        server.close()


def _checked(outbound: Outbound, config: InboxConfig, settings: Settings) -> tuple[str, str]:
    if not settings.smtp_host:
        _waits(
            "No mail server is set, so this reply waits. Set SMTP_HOST (and SMTP_PORT) and restart.",
            SETTING_S,
        )
    sender = addresses.ascii_form(config.address)
    if sender is None:
        _waits(f"The inbox {config.slug!r} has no valid address of its own. Fill in its address.", SETTING_S)
    recipient = addresses.ascii_form(outbound.address)
    if recipient is None:
        words = "There is no e-mail address to send this reply to. Ask the contact on another channel."
        raise ChannelError(words, permanent=True, certainty="not_sent")
    return recipient, sender


class _Server(smtplib.SMTP):
    """An SMTP connection under one deadline, in TLS from the start when the settings say so.

    A server that sends one byte a second outlives any timeout per read; a timer hangs up on it.
    """

    def __init__(self, settings: Settings, sender: str, deadline: Deadline) -> None:
        self._deadline = deadline
        self._is_tls = settings.smtp_security == "tls"
        self._watch: threading.Timer | None = None
        # Without a name of our own smtplib asks the name server who we are, for as long as that takes.
        own_name = sender.rpartition("@")[2]
        super().__init__(settings.smtp_host, settings.smtp_port, own_name, timeout=deadline.left())

    def _get_socket(self, host: str, port: int, timeout: float) -> socket.socket:  # noqa: ARG002
        self.sock = dial(resolve(host, port, self._deadline), port, self._deadline)
        self._watch = threading.Timer(self._deadline.left(), self._hang_up)
        self._watch.daemon = True
        self._watch.start()
        if self._is_tls:
            context = ssl.create_default_context()
            self.sock = context.wrap_socket(self.sock, server_hostname=host, do_handshake_on_connect=False)
            try:
                self.sock.do_handshake()
            except OSError:
                # Nobody else holds this connection yet, so nobody else would close it.
                self.close()
                raise
        return self.sock

    def _hang_up(self) -> None:
        """End whatever read or write is going on, from the timer's thread."""
        with contextlib.suppress(OSError, AttributeError):
            self.sock.shutdown(socket.SHUT_RDWR)  # type: ignore[union-attr]

    def close(self) -> None:
        """Close the connection and stop the timer."""
        if self._watch is not None:
            self._watch.cancel()
        super().close()


def _sign_in(server: _Server, settings: Settings) -> None:
    try:
        server.ehlo_or_helo_if_needed()
        if settings.smtp_security == "starttls":
            server.starttls(context=ssl.create_default_context())
            server.ehlo()
        if settings.smtp_username:
            password = settings.smtp_password.get_secret_value() if settings.smtp_password else ""
            server.login(settings.smtp_username, password)
    except (OSError, smtplib.SMTPException) as error:
        _waits(f"The mail server {settings.smtp_host} let nobody in ({_words(error)}). {_advice(error)}")


def _open(server: _Server, sender: str, recipient: str, mail: bytes) -> None:
    """Say everything up to the last byte before the closing dot; until then the server has nothing."""
    try:
        _expect(*server.mail(sender))
        _expect(*server.rcpt(recipient))
        _expect(*server.docmd("DATA"), wanted=_READY)
        server.send(_LEADING_DOT.sub(b"..", mail))
        if not mail.endswith(b"\r\n"):
            server.send(b"\r\n")
    except (OSError, smtplib.SMTPException) as error:
        _waits(f"The connection to the mail server broke before the mail was over ({_words(error)}).")


def _finish(server: _Server) -> str:
    try:
        server.send(b".\r\n")
        code, answer = server.getreply()
    except (OSError, smtplib.SMTPException) as error:
        _unknown(_words(error))
    _expect(code, answer, is_after_dot=True)
    with contextlib.suppress(OSError, smtplib.SMTPException):
        server.docmd("QUIT")
    return f"{code} {answer.decode('utf-8', 'replace')}"[:300]


def _expect(code: int, answer: bytes, *, wanted: int | None = None, is_after_dot: bool = False) -> None:
    """Raise ChannelError unless the server said yes: 4xx waits, 5xx is final, silence is what it is."""
    if code == wanted or (wanted is None and 200 <= code < 300):  # noqa: PLR2004
        return
    words = f"{code} {answer.decode('utf-8', 'replace')}"[:300]
    if code // 100 == _PERMANENT:
        sentence = f"The mail server refused this mail for good: {words}"
        raise ChannelError(sentence, permanent=True, certainty="not_sent")
    if is_after_dot and code // 100 != _TEMPORARY:
        _unknown(words)
    _waits(f"The mail server asks to try again later: {words}")


def _waits(words: str, seconds: float | None = None) -> NoReturn:
    raise ChannelError(words, permanent=False, certainty="not_sent", retry_after=seconds)


def _unknown(words: str) -> NoReturn:
    sentence = f"The connection broke after the whole mail had left ({words}); it may have been taken."
    raise ChannelError(sentence, permanent=False, certainty="unknown")


def _words(error: Exception) -> str:
    if isinstance(error, smtplib.SMTPResponseException):
        said = error.smtp_error
        return f"{error.smtp_code} {said.decode('utf-8', 'replace') if isinstance(said, bytes) else said}"[
            :300
        ]
    return str(error)[:300] or type(error).__name__


def _advice(error: Exception) -> str:
    if isinstance(error, smtplib.SMTPAuthenticationError):
        return "Check SMTP_USERNAME and SMTP_PASSWORD."
    if isinstance(error, (ssl.SSLError, smtplib.SMTPNotSupportedError)):
        return "Check SMTP_SECURITY: what the server offers does not fit it."
    return "Check SMTP_HOST and SMTP_PORT; the reply waits and is tried again."
