"""The checks at the dashboard's door, and the headers every answer of it carries."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING

from aiohttp import hdrs, web

if TYPE_CHECKING:
    from collections.abc import Mapping

    from piecework.views.session import Session

MISDIRECTED = 421
FORBIDDEN = 403
CSRF = "csrf"
SECURITY: Mapping[str, str] = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
        "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "X-Frame-Options": "DENY",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(), payment=(), usb=()",
    "Cache-Control": "no-store",
}
"""No inline script or style, no eval, no frame, nothing kept by a cache, nothing told to the sites linked to.

`no-referrer` would say no more to other sites and make our own forms send `Origin: null`, as any page can.
"""


class TurnedAway(Exception):
    """The request is not answered; `status` and `text` say why."""

    def __init__(self, status: int, text: str) -> None:
        super().__init__(text)
        self.status = status
        self.text = text


def own_host(request: web.Request, port: int) -> str:
    """The Host header, where it is the only one and names this machine's loopback and our port.

    Raises TurnedAway(421) for any other: a name that was rebound to 127.0.0.1 shows here, and nowhere else.
    """
    hosts = request.headers.getall(hdrs.HOST, [])
    if len(hosts) == 1 and hosts[0].lower() in {f"127.0.0.1:{port}", f"localhost:{port}"}:
        return hosts[0]
    raise TurnedAway(MISDIRECTED, "This address is not Piecework's own. Use http://127.0.0.1 and its port.")


def check_origin(request: web.Request, port: int) -> None:
    """Raises TurnedAway for what another page asks for: its scripts, frames and forms, from any other port too.

    A plain link may lead here: the cookie stays behind on the way from another site. To a browser another port of
    this machine is the same site, so that the cookie alone proves nothing.
    """
    host = own_host(request, port)
    site = request.headers.get("Sec-Fetch-Site", "none")
    changes = request.method not in {hdrs.METH_GET, hdrs.METH_HEAD}
    link = request.headers.get("Sec-Fetch-Mode") == "navigate" and request.headers.get("Sec-Fetch-Dest") == "document"
    origins = request.headers.getall(hdrs.ORIGIN, [])
    if len(origins) > 1 or not set(origins) <= {f"http://{host.lower()}"}:
        raise TurnedAway(FORBIDDEN, "Another page asked for this. Nothing was done.")
    if site not in {"same-origin", "none"} and (changes or not link):
        raise TurnedAway(FORBIDDEN, "Another page asked for this. Nothing was done.")


def check_form(session: Session, form: Mapping[str, object]) -> None:
    """Raises TurnedAway(403) for a form without the session's own token."""
    token = form.get(CSRF)
    if not isinstance(token, str) or not secrets.compare_digest(token.encode(), session.csrf.encode()):
        raise TurnedAway(FORBIDDEN, "This form is not of this session. Load the page again and repeat it.")


def secure(response: web.StreamResponse) -> None:
    """Puts the headers on an answer that has not begun; one set before stays."""
    for name, value in SECURITY.items():
        response.headers.setdefault(name, value)
