"""What the service is told by its environment."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

LEVELS = ("debug", "info", "warning", "error")
HIGHEST_PORT = 65535


class SettingsError(ValueError):
    """A variable of the environment has a value that cannot be used."""


@dataclass(frozen=True)
class Settings:
    """Settings with what holds where nothing is said."""

    name: str = "myapp"
    version: str = "0.0.0"
    revision: str = "unknown"
    host: str = "0.0.0.0"  # noqa: S104 - a container is reached from outside
    port: int = 8080
    log_level: str = "info"
    drain_seconds: float = 5.0


def read_settings(environment: Mapping[str, str]) -> Settings:
    """Settings from variables; an unusable value is an error, never a default."""
    given = {name: value for name, value in environment.items() if value != ""}
    default = Settings()
    level = given.get("LOG_LEVEL", default.log_level).lower()
    if level not in LEVELS:
        raise SettingsError(f"LOG_LEVEL is {level!r}; it must be one of {', '.join(LEVELS)}")
    port = _number(given, "PORT", default.port)
    if not port.is_integer() or port > HIGHEST_PORT:
        raise SettingsError(
            f"PORT is {given['PORT']!r}; it must be a whole number up to {HIGHEST_PORT}"
        )
    return Settings(
        name=given.get("APP_NAME", default.name),
        version=given.get("APP_VERSION", default.version),
        revision=given.get("APP_REVISION", default.revision),
        host=given.get("HOST", default.host),
        port=int(port),
        log_level=level,
        drain_seconds=_number(given, "DRAIN_SECONDS", default.drain_seconds),
    )


def _number(given: Mapping[str, str], name: str, default: float) -> float:
    text = given.get(name, str(default))
    try:
        number = float(text)
    except ValueError:
        raise SettingsError(f"{name} is {text!r}; it must be a number") from None
    if not 0 <= number < float("inf"):
        raise SettingsError(f"{name} is {text!r}; it must be 0 or more")
    return number
