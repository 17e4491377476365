"""Versions count up from tags, and a tagged commit keeps its version."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

SCRIPT = Path(__file__).parent.parent / "ci" / "next-version.sh"
BASH = shutil.which("bash") or "bash"
GIT = shutil.which("git") or "git"
ENVIRONMENT = {
    "PATH": os.environ["PATH"],
    "GIT_CONFIG_GLOBAL": os.devnull,
    "GIT_CONFIG_NOSYSTEM": "1",
    **{
        f"GIT_{who}_{what}": "t@example.com"
        for who in ("AUTHOR", "COMMITTER")
        for what in ("NAME", "EMAIL")
    },
}


def git(folder: Path, *arguments: str) -> None:
    subprocess.run([GIT, *arguments], cwd=folder, env=ENVIRONMENT, check=True, capture_output=True)


def next_version(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [BASH, str(SCRIPT), *arguments],
        cwd=folder,
        env=ENVIRONMENT,
        check=False,
        capture_output=True,
        text=True,
    )


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    git(tmp_path, "init", "--quiet")
    git(tmp_path, "commit", "--quiet", "--allow-empty", "--message", "one")
    return tmp_path


@pytest.mark.parametrize(
    ("tags", "bump", "expected"),
    [
        ([], "patch", "0.0.1"),
        (["v1.7.0"], "patch", "1.7.1"),
        (["v1.7.3"], "minor", "1.8.0"),
        (["v1.7.3"], "major", "2.0.0"),
        (["v1.9.0", "v1.10.0"], "patch", "1.10.1"),
        (["v1.7.0", "v2.0.0-rc.1", "v9", "v01.2.3", "vendor"], "patch", "1.7.1"),
    ],
)
def test_the_next(repository: Path, tags: list[str], bump: str, expected: str) -> None:
    for tag in tags:
        git(repository, "tag", tag)
    git(repository, "commit", "--quiet", "--allow-empty", "--message", "two")
    result = next_version(repository, bump)
    assert (result.returncode, result.stdout, result.stderr) == (0, f"{expected}\n", "")


def test_a_tagged_commit_keeps_its_version(repository: Path) -> None:
    git(repository, "tag", "v1.8.2")
    assert next_version(repository, "minor").stdout == "1.8.2\n"


@pytest.mark.parametrize("arguments", [(), ("huge",), ("patch", "minor")])
def test_usage(repository: Path, arguments: tuple[str, ...]) -> None:
    result = next_version(repository, *arguments)
    assert (result.returncode, result.stdout) == (2, "")
    assert "usage:" in result.stderr
