"""What is pushed, with a docker that only writes down what it is told."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

SCRIPT = Path(__file__).parent.parent / "ci" / "push.sh"
BASH = shutil.which("bash") or "bash"
DOCKER = """#!/bin/sh
case "$*" in
  *inspect*users*) exit 0 ;;
  *inspect*) echo "ERROR: $ANSWER" >&2; exit 1 ;;
  *) echo "$*" >>"$CALLS" ;;
esac
"""


def push(folder: Path, tag: str, answer: str = "not found") -> subprocess.CompletedProcess[str]:
    docker = folder / "docker"
    docker.write_text(DOCKER)
    docker.chmod(0o755)
    environment = {
        "PATH": f"{folder}{os.pathsep}{os.environ['PATH']}",
        "ANSWER": answer,
        "CALLS": str(folder / "calls"),
        "REGISTRY": "registry.example.com",
        "SERVICES": "payments users",
        "GITHUB_SHA": "4167894",
        "GITHUB_STEP_SUMMARY": str(folder / "summary"),
    }
    return subprocess.run(
        [BASH, str(SCRIPT), tag], env=environment, check=False, capture_output=True, text=True
    )


def test_what_is_missing_is_pushed_under_its_version_alone(tmp_path: Path) -> None:
    result = push(tmp_path, "v1.8.2")
    assert result.returncode == 0, result.stderr
    [call] = (tmp_path / "calls").read_text().splitlines()
    assert "--push" in call
    assert call.endswith("--tag registry.example.com/payments:1.8.2 .")
    assert call.count("--tag") == 1
    for argument in ("NAME=payments", "VERSION=1.8.2", "REVISION=4167894"):
        assert f"--build-arg {argument} " in call
    assert result.stdout == "registry.example.com/users:1.8.2 is there already.\n"
    images = "- registry.example.com/payments:1.8.2\n- registry.example.com/users:1.8.2\n"
    assert (tmp_path / "summary").read_text() == images


def test_a_registry_that_refuses_is_an_error(tmp_path: Path) -> None:
    result = push(tmp_path, "v1.8.2", "403 Forbidden")
    assert (result.returncode, result.stderr) == (1, "ERROR: 403 Forbidden\n")
    assert not (tmp_path / "calls").exists()


@pytest.mark.parametrize("tag", ["1.8.2", "v1.8", "v1.8.2-rc.1", "v01.8.2", "main"])
def test_a_tag_that_is_no_version(tmp_path: Path, tag: str) -> None:
    result = push(tmp_path, tag)
    assert result.returncode == 2
    assert f"the tag {tag} is no version" in result.stderr
