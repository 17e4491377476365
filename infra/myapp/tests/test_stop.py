"""A stop lets what has begun come to its end."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
from http import HTTPStatus
from http.client import HTTPConnection
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from conftest import serve

if TYPE_CHECKING:
    from myapp.server import Answer, Server

SOURCE = Path(__file__).parent.parent / "src"


class Drained(threading.Event):
    """A drain that lasts as long as the test wants it."""

    def __init__(self) -> None:
        super().__init__()
        self.begun, self.go_on = threading.Event(), threading.Event()

    def wait(self, _timeout: float | None = None) -> bool:
        """Until the test says so, whatever the settings say."""
        self.begun.set()
        return self.go_on.wait(10)


def test_a_request_that_has_begun_is_answered() -> None:
    begun, go_on = threading.Event(), threading.Event()

    def slow(_server: Server) -> Answer:
        begun.set()
        assert go_on.wait(10)
        return HTTPStatus.OK, {"done": True}

    with serve(slow=slow) as server:
        connection = HTTPConnection("127.0.0.1", server.server_port, timeout=10)
        connection.request("GET", "/slow")
        assert begun.wait(10)
        told = Drained()
        stopping = threading.Thread(target=server.drain, args=(told,))
        stopping.start()
        assert told.begun.wait(10)
        told.go_on.set()
        go_on.set()
        response = connection.getresponse()
        assert response.status == 200
        assert json.loads(response.read()) == {"done": True}
        stopping.join(10)
        assert not stopping.is_alive()
        with pytest.raises(ConnectionRefusedError):
            HTTPConnection("127.0.0.1", server.server_port, timeout=10).connect()


def test_health_says_that_it_is_stopping() -> None:
    with serve() as server:
        told = Drained()
        stopping = threading.Thread(target=server.drain, args=(told,))
        stopping.start()
        assert told.begun.wait(10)
        connection = HTTPConnection("127.0.0.1", server.server_port, timeout=10)
        connection.request("GET", "/healthz")
        response = connection.getresponse()
        assert response.status == 503
        assert json.loads(response.read()) == {"status": "stopping"}
        assert response.headers["Connection"] == "close"
        told.go_on.set()
        stopping.join(10)
        assert not stopping.is_alive()


def start(**variables: str) -> subprocess.Popen[str]:
    """The service as a process of its own."""
    environment = {"PATH": os.environ["PATH"], "PYTHONPATH": str(SOURCE), **variables}
    return subprocess.Popen(
        [sys.executable, "-B", "-m", "myapp"],
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_the_process_with_success(number: signal.Signals) -> None:
    variables = {"PORT": "0", "HOST": "127.0.0.1", "APP_VERSION": "1.8.2", "DRAIN_SECONDS": "0"}
    with start(**variables) as process:
        assert process.stdout is not None
        line = json.loads(process.stdout.readline())
        assert (line["message"], line["version"]) == ("listening", "1.8.2")
        connection = HTTPConnection("127.0.0.1", line["port"], timeout=10)
        connection.request("GET", "/version", headers={"Connection": "close"})
        assert json.loads(connection.getresponse().read())["version"] == "1.8.2"
        assert json.loads(process.stdout.readline())["message"] == "request"
        process.send_signal(number)
        output, errors = process.communicate(timeout=20)
    assert process.returncode == 0
    assert errors == ""
    messages = [json.loads(one)["message"] for one in output.splitlines()]
    assert messages == ["stopping", "stopped"]


def test_a_setting_that_cannot_be_used_is_said() -> None:
    with start(PORT="eighty") as process:
        output, errors = process.communicate(timeout=20)
    assert (process.returncode, output) == (2, "")
    assert errors == "error: PORT is 'eighty'; it must be a number\n"
