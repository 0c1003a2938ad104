#!/usr/bin/env bash
# Runs every benchmark of a build: run.sh BUILD-FOLDER. They print what they measured beside the bound that they are
# compared with. The exit status is the last one that was not 0, when all have run.
set -euo pipefail

shopt -s nullglob
programs=("$1"/bench/bench_*)
((${#programs[@]})) || { echo "There are no benchmarks in $1/bench." >&2; exit 1; }
status=0
for program in "${programs[@]}"; do
    printf '\n-- %s\n' "$(basename "$program")"
    "$program" || status=$?
done
exit "$status"
