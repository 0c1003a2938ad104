#!/usr/bin/env bash
# Runs every benchmark of a build: run.sh BUILD-FOLDER. They print what they measured beside the bound that they are
# compared with; nothing here passes or fails.
set -euo pipefail

shopt -s nullglob
programs=("$1"/bench/bench_*)
((${#programs[@]})) || { echo "There are no benchmarks in $1/bench." >&2; exit 1; }
for program in "${programs[@]}"; do
    printf '\n-- %s\n' "$(basename "$program")"
    "$program"
done
