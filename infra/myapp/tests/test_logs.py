"""A line of the log is one JSON object."""

from __future__ import annotations

import json
import logging

from myapp.logs import JsonFormatter


def test_fields_and_exception() -> None:
    error = KeyError("x")
    record = logging.getLogger("t").makeRecord(
        "t",
        logging.ERROR,
        "file",
        1,
        "failed\n%s",
        ("twice",),
        (KeyError, error, None),
        extra={"path": "/"},
    )
    text = JsonFormatter().format(record)
    assert "\n" not in text
    line = json.loads(text)
    assert (line["level"], line["message"], line["path"]) == ("error", "failed\ntwice", "/")
    assert line["exception"].endswith("KeyError: 'x'")
    assert line["time"].endswith("+00:00")
