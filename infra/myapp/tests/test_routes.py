"""What the service answers."""

from __future__ import annotations

import json
from http.client import HTTPConnection
from typing import TYPE_CHECKING, Any

import pytest

from conftest import serve

if TYPE_CHECKING:
    from http.client import HTTPResponse

    from myapp.server import Answer, Server


def ask(server: Server, path: str, method: str = "GET") -> tuple[HTTPResponse, bytes]:
    """One request on a connection of its own."""
    connection = HTTPConnection("127.0.0.1", server.server_port, timeout=10)
    try:
        connection.request(method, path, headers={"Connection": "close"})
        response = connection.getresponse()
        return response, response.read()
    finally:
        connection.close()


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("/healthz", {"status": "ok"}),
        ("/healthz?from=probe", {"status": "ok"}),
        ("/version", {"name": "myapp", "version": "1.2.3", "revision": "abc"}),
        ("/", {"name": "myapp", "routes": ["/", "/healthz", "/version"]}),
    ],
)
def test_routes(server: Server, path: str, expected: dict[str, Any]) -> None:
    response, body = ask(server, path)
    assert response.status == 200
    assert response.headers["Content-Type"] == "application/json"
    assert json.loads(body) == expected


def test_head_has_no_body(server: Server) -> None:
    response, body = ask(server, "/version", "HEAD")
    assert response.status == 200
    assert int(response.headers["Content-Length"]) > 0
    assert body == b""


def test_a_route_that_is_not_there(server: Server) -> None:
    response, body = ask(server, "/nothing")
    assert response.status == 404
    assert json.loads(body) == {"error": "there is no such route"}


def test_other_methods_are_refused(server: Server) -> None:
    response, body = ask(server, "/version", "DELETE")
    assert (response.status, response.headers["Allow"]) == (405, "GET, HEAD")
    assert json.loads(body) == {"error": "only GET and HEAD are answered"}


def test_a_route_that_fails_says_nothing_of_why() -> None:
    def broken(_server: Server) -> Answer:
        raise RuntimeError("password=hunter2")

    with serve(broken=broken) as server:
        response, body = ask(server, "/broken")
    assert response.status == 500
    assert json.loads(body) == {"error": "internal error"}


def test_the_server_does_not_say_what_it_is_made_of(server: Server) -> None:
    assert ask(server, "/")[0].headers["Server"].strip() == "myapp"
