"""python -m myapp: serves until SIGTERM or SIGINT."""

from __future__ import annotations

import logging
import os
import signal
import sys
import threading
from typing import TYPE_CHECKING

from myapp import logs
from myapp.server import Server
from myapp.settings import SettingsError, read_settings

if TYPE_CHECKING:
    from types import FrameType

log = logging.getLogger("myapp")


def main() -> int:
    """Gives the exit code: 0 after a graceful stop, 2 for settings that cannot be used."""
    try:
        settings = read_settings(os.environ)
    except SettingsError as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    logs.set_up(settings.log_level)
    server = Server(settings)
    first, second = threading.Event(), threading.Event()

    def on_signal(number: int, _frame: FrameType | None) -> None:
        (second if first.is_set() else first).set()

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, on_signal)
    thread = threading.Thread(target=server.serve_forever, args=(0.1,), name="server")
    thread.start()
    # a warning, so that it is seen at every level that production may use
    log.warning("listening", extra={"port": server.server_port, "version": settings.version})
    first.wait()
    log.warning("stopping")
    server.drain(second)
    thread.join()
    log.warning("stopped")
    return 0


if __name__ == "__main__":
    sys.exit(main())
