#!/usr/bin/env bash
# Installs the real parts that the tests start, where they are missing: Debian packages, as root. Anywhere else it names them and fails.
# Nothing is started here; policy-rc.d keeps Debian from starting services by itself.
set -euo pipefail

declare -A need=(
  [git]=git
  [initdb]=postgresql
  [dockerd]=docker.io
  [shellcheck]=shellcheck
  [systemd-analyze]=systemd
  [tmux]=tmux
  [curl]=curl
  [busybox]=busybox-static
  [docker-compose]=docker-compose
  [node]=nodejs
  [npm]=npm
)

# PostgreSQL keeps its server programs out of PATH on Debian.
for dir in /usr/lib/postgresql/*/bin; do [ -d "$dir" ] && PATH=$PATH:$dir; done

missing=()
for program in "${!need[@]}"; do
  command -v "$program" >/dev/null || missing+=("${need[$program]}")
done

# The linters of OpenAPI documents, at the versions of package-lock.json; nothing of them runs while they are installed.
linters() {
  local dir
  dir=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)/checkers
  if [ ! -e "$dir/node_modules/.package-lock.json" ] || [ "$dir/package-lock.json" -nt "$dir/node_modules/.package-lock.json" ]; then
    npm ci --prefix "$dir" --ignore-scripts --no-audit --no-fund --silent
  fi
}

if [ ${#missing[@]} -eq 0 ]; then
  linters
  exit 0
fi

if [ "$(id -u)" != 0 ] || ! command -v apt-get >/dev/null; then
  echo "e2e/setup.sh: these packages are missing and can be installed here only as root on Debian: ${missing[*]}" >&2
  exit 1
fi
if [ ! -e /usr/sbin/policy-rc.d ]; then
  printf '#!/bin/sh\nexit 101\n' >/usr/sbin/policy-rc.d
  chmod +x /usr/sbin/policy-rc.d
  trap 'rm -f /usr/sbin/policy-rc.d' EXIT
fi
apt-get update -qq
DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}"
linters
