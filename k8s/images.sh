#!/usr/bin/env bash
# Builds the images with docker, podman or buildah, whichever works here.
#   IMAGES="operator runner runner-gpu"   which ones (default: operator runner)
#   REGISTRY=spotreel TAG=…               how they are called: $REGISTRY/operator:$TAG; the tag is the version
#   BASE=… BUILD_BASE=…                   other base images (see the Dockerfiles)
#   BUILDER="podman" BUILD_FLAGS="…"      which builder, with what besides
set -euo pipefail
cd "$(dirname "$0")/.."

version=$(sed -n 's/^version = "\(.*\)"/\1/p' pyproject.toml)
registry=${REGISTRY:-spotreel} tag=${TAG:-$version}

works() {
  case $1 in
    docker) docker info ;;
    *) "$1" --version ;;
  esac >/dev/null 2>&1
}

builder=${BUILDER:-}
for candidate in docker podman buildah; do
  [ -n "$builder" ] || ! works "$candidate" || builder=$candidate
done
[ -n "$builder" ] || { echo "no docker (with a running engine), podman or buildah here: install one of them" >&2; exit 1; }

arguments=(--build-arg "VERSION=$version" --build-arg "REVISION=$(git rev-parse HEAD 2>/dev/null || echo unknown)")
for name in BASE BUILD_BASE; do
  [ -z "${!name:-}" ] || arguments+=(--build-arg "$name=${!name}")
done

for image in ${IMAGES:-operator runner}; do
  case $image in
    operator) file=operator/Dockerfile ;;
    runner|runner-gpu) file=job_runner/Dockerfile ;;
    *) echo "$image is none of operator, runner, runner-gpu" >&2; exit 1 ;;
  esac
  echo "building $registry/$image:$tag with $builder"
  # shellcheck disable=SC2086 — flags are words on purpose
  "$builder" build ${BUILD_FLAGS:-} "${arguments[@]}" --build-arg "VARIANT=$image" -f "$file" -t "$registry/$image:$tag" .
done
