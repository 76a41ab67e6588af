#!/usr/bin/env bash
# Fuzzes one parser, guided by coverage, and adds inputs that reached new code to its corpus (tests/fixtures/fuzz). Needs afl++ (Debian's
# package).
#   bash tests/fuzz.sh batch            # 30 minutes
#   bash tests/fuzz.sh scan 5           # minutes
# Targets: see tests/FieldNode.Fuzz/Targets.cs. Exits with 1 if an input crashes or hangs the parser also when tried alone; afl keeps such
# inputs under artifacts/fuzz.
set -euo pipefail
cd "$(dirname "$0")/.."
target=${1:?give a target, for example batch}
minutes=${2:-30}
[ -d "tests/fixtures/fuzz/$target" ] || { echo "tests/fuzz.sh: unknown target '$target': $(ls tests/fixtures/fuzz | xargs)" >&2; exit 2; }
command -v afl-fuzz >/dev/null || { echo "tests/fuzz.sh: afl-fuzz is missing: apt-get install afl++" >&2; exit 1; }

export DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1
program=artifacts/fuzz/$target/program
out=artifacts/fuzz/$target/out
rm -rf "artifacts/fuzz/$target"
mkdir -p "$program"
dotnet tool restore >/dev/null
dotnet publish tests/FieldNode.Fuzz -c Release -o "$program" -p:UseAppHost=true >/dev/null
for library in FieldNode.Protocol FieldNode.Lane FieldNode.Core FieldNode.Log FieldNode.Answers FieldNode.Host; do
    dotnet sharpfuzz "$program/$library.dll"
done

export AFL_SKIP_BIN_CHECK=1 AFL_SKIP_CPUFREQ=1 AFL_I_DONT_CARE_ABOUT_MISSING_CRASHES=1 AFL_NO_AFFINITY=1 AFL_NO_UI=1
afl-fuzz -V $((minutes * 60)) -t 2000 -i "tests/fixtures/fuzz/$target" -o "$out" -- "$program/FieldNode.Fuzz" "$target" >"artifacts/fuzz/$target/afl.log"

# Keeps inputs that reached new code, named by their hash, so that none is kept twice.
for found in "$out"/default/queue/*+cov*; do
    [ -f "$found" ] && cp "$found" "tests/fixtures/fuzz/$target/$(sha256sum "$found" | cut -c1-16)"
done
grep -E "^(run_time|execs_done|corpus_count|edges_found|saved_crashes|saved_hangs)" "$out/default/fuzzer_stats"

# A stalled machine looks like a hang, and a process that afl kills for it like a crash, so each saved input is tried again alone.
failed=0
for saved in "$out"/default/crashes/id* "$out"/default/hangs/id*; do
    if [ -f "$saved" ] && ! timeout 10 "$program/FieldNode.Fuzz" "$target" <"$saved" >/dev/null 2>&1; then
        echo "fails again: $saved"
        failed=$((failed + 1))
    fi
done
echo "fail_again        : $failed"
[ "$failed" = 0 ]
