"""The routes, and the server that answers them until it is told to stop."""

from __future__ import annotations

import json
import logging
import threading
import time
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from myapp.settings import Settings

    Answer = tuple[HTTPStatus, Mapping[str, Any]]
    Route = Callable[["Server"], Answer]

log = logging.getLogger("myapp")


def healthz(server: Server) -> Answer:
    """Whether requests should come here. No longer, as soon as the service is told to stop."""
    if server.is_stopping:
        return HTTPStatus.SERVICE_UNAVAILABLE, {"status": "stopping"}
    return HTTPStatus.OK, {"status": "ok"}


def version(server: Server) -> Answer:
    """Which version runs."""
    settings = server.settings
    return HTTPStatus.OK, {
        "name": settings.name,
        "version": settings.version,
        "revision": settings.revision,
    }


def home(server: Server) -> Answer:
    """What there is to ask for."""
    return HTTPStatus.OK, {"name": server.settings.name, "routes": sorted(server.routes)}


ROUTES: Mapping[str, Route] = {"/": home, "/healthz": healthz, "/version": version}


class Handler(BaseHTTPRequestHandler):
    """Answers one connection."""

    server: Server
    protocol_version = "HTTP/1.1"
    server_version = "myapp"
    sys_version = ""
    timeout = 5  # of a connection that says nothing, so that none can be held for ever

    def do_GET(self) -> None:
        """Answers with JSON."""
        started = time.monotonic()
        path = urlsplit(self.path).path
        route = self.server.routes.get(path)
        if route is None:
            status, body = HTTPStatus.NOT_FOUND, {"error": "there is no such route"}
        else:
            try:
                status, body = route(self.server)
            except Exception:
                log.exception("a route failed", extra={"path": path})
                status, body = HTTPStatus.INTERNAL_SERVER_ERROR, {"error": "internal error"}
        self._answer(status, body)
        milliseconds = round((time.monotonic() - started) * 1000, 1)
        level = logging.DEBUG if path == "/healthz" else logging.INFO
        log.log(
            level,
            "request",
            extra={"method": self.command, "path": path, "status": int(status), "ms": milliseconds},
        )

    do_HEAD = do_GET  # noqa: N815 - the name is http.server's

    def _refuse(self) -> None:
        self.close_connection = True  # what was sent along is not read
        body = {"error": "only GET and HEAD are answered"}
        self._answer(HTTPStatus.METHOD_NOT_ALLOWED, body, {"Allow": "GET, HEAD"})

    do_POST = do_PUT = do_PATCH = do_DELETE = do_OPTIONS = _refuse  # noqa: N815

    def _answer(
        self,
        status: HTTPStatus,
        body: Mapping[str, Any],
        headers: Mapping[str, str] | None = None,
    ) -> None:
        content = json.dumps(body).encode() + b"\n"
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(content)))
        self.send_header("Cache-Control", "no-store")
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        if self.server.is_stopping or self.close_connection:
            self.send_header("Connection", "close")  # http.server then closes it, too
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(content)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002, ANN401 - http.server's
        """What http.server has to say goes where everything else goes."""
        log.debug(format, *args)

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Nothing: requests are logged once they are answered."""


class Server(ThreadingHTTPServer):
    """Lets every request that has begun come to its end."""

    daemon_threads = False
    block_on_close = True
    request_queue_size = 128

    def __init__(self, settings: Settings, routes: Mapping[str, Route] = ROUTES) -> None:
        self.settings = settings
        self.routes = routes
        self._stopping = threading.Event()
        super().__init__((settings.host, settings.port), Handler)

    @property
    def is_stopping(self) -> bool:
        """Whether it was told to stop."""
        return self._stopping.is_set()

    def drain(self, again: threading.Event) -> None:
        """Goes on answering while load balancers notice, then takes no more and waits for the rest.

        `again` ends the wait at once.
        """
        self._stopping.set()
        again.wait(self.settings.drain_seconds)
        self.shutdown()
        self.server_close()
