#!/usr/bin/env bash
# Runs one fuzz target for a short time: run.sh NAME SCRATCH. The seeds are only read; what the fuzzer finds new
# goes into SCRATCH/NAME, and what crashes it stays there for a look.
set -euo pipefail

name="$1"
scratch="$2/$name"
top="$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)"
program="$top/build/fuzz/bin/$name"
seeds="$top/tests/fuzz/corpus/$name"

if [[ ! -x $program ]]; then
    echo "$program is not built (cmake --preset fuzz && cmake --build --preset fuzz)"
    # 77 is what ctest shows as skipped; ./test built it and must not be told that all is well without it.
    [[ -n "${COUNTERSIGN_FUZZ_REQUIRED:-}" ]] && exit 1
    exit 77
fi

mkdir -p "$scratch/corpus"
corpora=("$scratch/corpus")
[[ -d $seeds ]] && corpora+=("$seeds")
# libFuzzer's own exit status for a crash is 77 too, which would read as skipped.
exec "$program" -error_exitcode=1 -timeout_exitcode=1 -max_total_time="${COUNTERSIGN_FUZZ_SECONDS:-6}" -timeout=30 -rss_limit_mb=2048 -print_final_stats=1 \
    -verbosity=0 -artifact_prefix="$scratch/" "${corpora[@]}"
