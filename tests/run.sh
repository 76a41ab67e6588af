#!/usr/bin/env bash
# Builds everything, device code included, and runs every test. Arguments go to the test runner, for example
#   bash tests/run.sh --filter-class '*PowerCutTests'
set -euo pipefail
cd "$(dirname "$0")/.."

export DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1
if ! command -v dotnet >/dev/null; then
    echo "tests/run.sh: dotnet is missing: install the .NET SDK 10" >&2
    exit 1
fi

dotnet build FieldNode.sln -c Release -warnaserror

log=$(mktemp)
trap 'rm -f "$log"' EXIT
status=0
tests/FieldNode.Tests/bin/Release/net10.0/FieldNode.Tests --no-ansi --progress off "$@" | tee "$log" || status=$?

count() { sed -n "s/^ *$1: \([0-9]*\)$/\1/p" "$log" | tail -1; }
echo "$(count succeeded) passed, $(count failed) failed"
exit "$status"
