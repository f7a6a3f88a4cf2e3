#!/bin/sh
# Adds the digest of each base image to its tag, so that a moved tag changes nothing. Dependabot updates both later.
set -eu
cd "$(dirname "$0")/.."

# pin FILE IMAGE: IMAGE in FILE, with or without a digest, gets today's digest.
pin() {
  digest=$(docker buildx imagetools inspect "$2" --format '{{.Manifest.Digest}}')
  case $digest in
  sha256:????????????????????????????????????????????????????????????????) ;;
  *)
    echo "deploy/pin.sh: the registry's answer for $2 is not a digest: $digest" >&2
    exit 1
    ;;
  esac
  sed "s|$2\(@sha256:[0-9a-f]*\)\{0,1\}|$2@$digest|" "$1" >"$1.pinned"
  cat "$1.pinned" >"$1"
  rm "$1.pinned"
  echo "$1: $2@$digest"
}

for file in Dockerfile deploy/compose.yaml; do
  for image in $(grep -oE '(golang|postgres):[0-9][0-9A-Za-z.-]*' "$file" | sort -u); do
    pin "$file" "$image"
  done
done
