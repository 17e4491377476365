"""A running service for each test."""

from __future__ import annotations

import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest

from myapp.server import ROUTES, Server
from myapp.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from contextlib import AbstractContextManager

    from myapp.server import Route

    Serve = Callable[..., AbstractContextManager[Server]]


@contextmanager
def serve(**routes: Route) -> Iterator[Server]:
    """A service on a free port, with further routes."""
    settings = Settings(
        name="myapp", version="1.2.3", revision="abc", host="127.0.0.1", port=0, drain_seconds=0
    )
    more = {f"/{name}": route for name, route in routes.items()}
    server = Server(settings, {**ROUTES, **more})
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    try:
        yield server
    finally:
        if not server.is_stopping:
            server.drain(threading.Event())
        thread.join()


@pytest.fixture
def server() -> Iterator[Server]:
    """A service as it is deployed."""
    with serve() as running:
        yield running
