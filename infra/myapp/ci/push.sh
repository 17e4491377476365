#!/usr/bin/env bash
# Builds and pushes one image for each of $SERVICES, from this source, as $REGISTRY/<service>:$VERSION.
# A tag that is there already is left as it is: the registry's tags cannot be changed, and a run may be repeated.
set -euo pipefail

: "${REGISTRY:?}" "${SERVICES:?}" "${VERSION:?}" "${GITHUB_SHA:?}"
summary=${GITHUB_STEP_SUMMARY:-/dev/null}

for service in $SERVICES; do
  image=$REGISTRY/$service:$VERSION
  if found=$(aws ecr describe-images --repository-name "$service" --image-ids "imageTag=$VERSION" 2>&1); then
    echo "$image is there already."
  elif grep -q ImageNotFoundException <<<"$found"; then
    docker buildx build --platform linux/amd64,linux/arm64 --push --provenance mode=max --sbom true \
      --build-arg NAME="$service" --build-arg VERSION="$VERSION" --build-arg REVISION="$GITHUB_SHA" --tag "$image" .
  else
    echo "$found" >&2
    exit 1
  fi
  echo "- $image" >>"$summary"
done
