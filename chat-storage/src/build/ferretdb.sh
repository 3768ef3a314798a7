#!/bin/sh
# Builds the FerretDB of the tests, into the file given: what stands in no test's time, for the first build on a machine takes two
# minutes of a core. Without Go, where it fails, and for tests on a MongoDB of one's own there is nothing to do: the tests say what
# they lack.
set -eu

output=$1
if ! command -v go >/dev/null || [ -n "${VERBATIM_TEST_MONGODB_URI:-}" ]; then
  exit 0
fi
cd "$(dirname -- "$0")/../test/go/ferretdb"
go build -o "$output" . || :
