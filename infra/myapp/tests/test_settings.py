"""What the environment says, and what it may not say."""

from __future__ import annotations

import pytest

from myapp.settings import Settings, SettingsError, read_settings


def test_nothing_said() -> None:
    assert read_settings({}) == Settings()
    assert read_settings({"PORT": "", "LOG_LEVEL": ""}) == Settings()


def test_all_said() -> None:
    said = {
        "APP_NAME": "payments",
        "APP_VERSION": "1.7.0",
        "APP_REVISION": "4167894",
        "HOST": "::1",
        "PORT": "9000",
        "LOG_LEVEL": "WARNING",
        "DRAIN_SECONDS": "0.5",
    }
    assert read_settings(said) == Settings(
        "payments", "1.7.0", "4167894", "::1", 9000, "warning", 0.5
    )


@pytest.mark.parametrize(
    ("name", "value", "why"),
    [
        ("PORT", "eighty", "must be a number"),
        ("PORT", "80.5", "must be a whole number"),
        ("PORT", "65536", "up to 65535"),
        ("PORT", "-1", "0 or more"),
        ("DRAIN_SECONDS", "nan", "0 or more"),
        ("DRAIN_SECONDS", "inf", "0 or more"),
        ("LOG_LEVEL", "loud", "one of debug, info, warning, error"),
    ],
)
def test_unusable(name: str, value: str, why: str) -> None:
    with pytest.raises(SettingsError, match=why):
        read_settings({name: value})
