#!/usr/bin/env bash
# Builds everything, device code included, and runs every test. Arguments go to the test runner, for example
#   bash tests/run.sh --filter-class '*PowerCutTests'
# Tests with thousands of cases run a new random sample each time and print its seed. To run all cases:
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

# Debian packages that tests need besides .NET: a browser with a Chinese font (the page), LibreOffice (exports), PostgreSQL, Python (a node
# written from docs/protocol.md alone), and hunspell with its English words (spelling).
missing=()
command -v chromium >/dev/null || missing+=(chromium)
fc-list :lang=zh 2>/dev/null | grep -q . || missing+=(fontconfig fonts-wqy-microhei)
command -v soffice >/dev/null || missing+=(libreoffice-calc-nogui)
command -v python3 >/dev/null || missing+=(python3)
ls /usr/lib/postgresql/*/bin/postgres >/dev/null 2>&1 || missing+=(postgresql)
[ -f /usr/share/hunspell/en_US.dic ] && [ -f /usr/share/hunspell/en_GB.dic ] && command -v hunspell >/dev/null ||
    missing+=(hunspell hunspell-en-us hunspell-en-gb)
if [ "${#missing[@]}" -gt 0 ]; then
    echo "tests/run.sh: installing ${missing[*]}" >&2
    if ! command -v apt-get >/dev/null || [ "$(id -u)" != 0 ]; then
        echo "tests/run.sh: ${missing[*]} must be installed; run as root on Debian, this script installs them" >&2
        exit 1
    fi

    apt-get update -qq
    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
fi

# With a filter, device code is built again only if its sources are newer than what is built.
project=FieldNode.sln
nano=firmware/FieldNode.Core/bin/nano/Release/FieldNode.Core.dll
if [[ " $* " == *" --filter-"* ]] && [ -f "$nano" ] &&
    [ -z "$(find firmware tests/FieldNode.DeviceTests -name '*.cs' -not -path '*/obj/*' -newer "$nano" -print -quit)" ]; then
    project=tests/FieldNode.Tests
fi

# Locked restore: fails if a package differs from packages.lock.json. After changing versions: dotnet restore --force-evaluate
dotnet build "$project" -c Release -warnaserror -p:RestoreLockedMode=true

log=$(mktemp)
trap 'rm -f "$log"' EXIT
status=0
tests/FieldNode.Tests/bin/Release/net10.0/FieldNode.Tests --no-ansi --progress off "$@" | tee "$log" || status=$?

count() { sed -n "s/^ *$1: \([0-9]*\)$/\1/p" "$log" | tail -1; }
if [ "$(count total)" = 0 ]; then
    echo "tests/run.sh: no test matches $*: try --filter-class '*LaneTests' or --filter-method '*word_of_its_name*'" >&2
    exit 1
fi

echo "$(count succeeded) passed, $(count failed) failed"
exit "$status"
