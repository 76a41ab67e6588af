#!/usr/bin/env bash
# Builds everything, device code included, and runs every test. Arguments go to the test runner, for example
#   bash tests/run.sh --filter-class '*PowerCutTests'
# Tests that go through thousands of cases take a new sample in each run, whose seed they print; all of them:
#   bash tests/run.sh --nightly
set -euo pipefail
for argument; do
    shift
    if [ "$argument" = --nightly ]; then export FIELDNODE_NIGHTLY=1; else set -- "$@" "$argument"; fi
done

cd "$(dirname "$0")/.."

export DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1
if ! command -v dotnet >/dev/null; then
    echo "tests/run.sh: dotnet is missing: install the .NET SDK 10" >&2
    exit 1
fi

# What tests need beside .NET, as Debian's packages: a browser with a Chinese font for the page, an office program that opens exports, a database, and
# Python for a node that is written from docs/protocol.md alone.
missing=()
command -v chromium >/dev/null || missing+=(chromium)
fc-list :lang=zh 2>/dev/null | grep -q . || missing+=(fontconfig fonts-wqy-microhei)
command -v soffice >/dev/null || missing+=(libreoffice-calc-nogui)
command -v python3 >/dev/null || missing+=(python3)
ls /usr/lib/postgresql/*/bin/postgres >/dev/null 2>&1 || missing+=(postgresql)
if [ "${#missing[@]}" -gt 0 ]; then
    echo "tests/run.sh: installing ${missing[*]}" >&2
    if ! command -v apt-get >/dev/null || [ "$(id -u)" != 0 ]; then
        echo "tests/run.sh: ${missing[*]} must be installed: as root on Debian this script does it" >&2
        exit 1
    fi

    apt-get update -qq
    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
fi

# Locked: a package whose bytes are not those of packages.lock.json does not build. After a change of versions: dotnet restore --force-evaluate
dotnet build FieldNode.sln -c Release -warnaserror -p:RestoreLockedMode=true

log=$(mktemp)
trap 'rm -f "$log"' EXIT
status=0
tests/FieldNode.Tests/bin/Release/net10.0/FieldNode.Tests --no-ansi --progress off "$@" | tee "$log" || status=$?

count() { sed -n "s/^ *$1: \([0-9]*\)$/\1/p" "$log" | tail -1; }
echo "$(count succeeded) passed, $(count failed) failed"
exit "$status"
