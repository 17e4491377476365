#!/usr/bin/env bash
# Prints the version to release from HEAD: the one that HEAD is tagged with already, so that a run can be repeated,
# else the next one after the highest tag.
set -euo pipefail

usage() {
  echo "usage: next-version.sh major|minor|patch" >&2
  exit 2
}

versions() { # of the tags that are plain versions, highest first
  git tag --list "v*" --sort=-version:refname "$@" | sed -nE 's/^v((0|[1-9][0-9]*)(\.(0|[1-9][0-9]*)){2})$/\1/p'
}

[ $# -eq 1 ] || usage
here=$(versions --points-at HEAD)
if [ -n "$here" ]; then
  head -n 1 <<<"$here"
  exit
fi
all=$(versions)
IFS=. read -r major minor patch <<<"$(head -n 1 <<<"${all:-0.0.0}")"
case $1 in
  major) echo "$((major + 1)).0.0" ;;
  minor) echo "$major.$((minor + 1)).0" ;;
  patch) echo "$major.$minor.$((patch + 1))" ;;
  *) usage ;;
esac
