#!/usr/bin/env bash
# Builds and pushes one image for each of $SERVICES (names with spaces between), all from this source, for a tag such as
# v1.8.2: $REGISTRY/<service>:1.8.2. One that is there already is left as it is: tags of the registry cannot be changed,
# and a run may be repeated.
set -euo pipefail

: "${REGISTRY:?}" "${SERVICES:?it names the repositories of the registry}" "${GITHUB_SHA:?}"
summary=${GITHUB_STEP_SUMMARY:-/dev/null}
tag=${1:?usage: push.sh v1.8.2}
if [[ ! $tag =~ ^v(0|[1-9][0-9]*)\.(0|[1-9][0-9]*)\.(0|[1-9][0-9]*)$ ]]; then
  echo "error: the tag $tag is no version such as v1.8.2" >&2
  exit 2
fi
version=${tag#v}

for service in $SERVICES; do
  image=$REGISTRY/$service:$version
  if found=$(docker buildx imagetools inspect --raw "$image" 2>&1); then
    echo "$image is there already."
  elif grep -qi 'not found' <<<"$found"; then
    docker buildx build --platform linux/amd64,linux/arm64 --push --provenance mode=max --sbom true \
      --build-arg NAME="$service" --build-arg VERSION="$version" --build-arg REVISION="$GITHUB_SHA" --tag "$image" .
  else
    echo "$found" >&2
    exit 1
  fi
  echo "- $image" >>"$summary"
done
