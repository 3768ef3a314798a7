#!/bin/sh
# Brings Socket.IO's browser client, as its npm package ships it, into the directory given: the
# server serves these files under /socket.io/. Without npm the build goes on and says so.
set -eu

destination=$1
module=$(CDPATH='' cd -- "$(dirname -- "$0")/../.." && pwd -P)
source=$module/src/main/npm
work=$module/target/npm
dist=$work/node_modules/socket.io-client/dist

if ! command -v npm >/dev/null; then
  echo "browser client: npm is missing; the server will run without /socket.io/socket.io.js, and the chat page will not work" >&2
  exit 0
fi

# npm is asked only when what it brought last time is not what the lock file wants now.
if ! cmp -s "$source/package-lock.json" "$work/installed" || [ ! -d "$dist" ]; then
  rm -rf "$work"
  mkdir -p "$work"
  cp "$source/package.json" "$source/package-lock.json" "$source/.npmrc" "$work/"
  (cd "$work" && npm ci --silent)
  cp "$source/package-lock.json" "$work/installed"
fi

mkdir -p "$destination"
for file in socket.io.js socket.io.min.js socket.io.esm.min.js; do
  cp "$dist/$file" "$dist/$file.map" "$destination/"
done
