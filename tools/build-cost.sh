# shellcheck shell=bash disable=SC2034  # its caller reads build_cost
# Sourced by ./run and ./test: what a build costs is worth knowing, since machines are often new.
#   build_begins; …; build_ends     sets $build_cost to a sentence with wall and CPU time of what ran between

# `times` prints, in its second line, user and system time of all children that have ended.
build_begins() {
    build_started=$SECONDS
    build_cpu="$(mktemp)"
    times >"$build_cpu"
}

build_ends() {
    local now
    now="$(mktemp)"
    times >"$now"
    printf -v build_cost 'The build took %d:%02d minutes, and %s CPU-minutes on %s cores.' \
        $(((SECONDS - build_started) / 60)) $(((SECONDS - build_started) % 60)) \
        "$(awk 'FNR == 2 { sum = 0; for (i = 1; i <= 2; ++i) { split($i, part, /[ms]/); sum += part[1] * 60 + part[2] }
            cpu[FILENAME] = sum } END { printf "%.1f", (cpu[ARGV[2]] - cpu[ARGV[1]]) / 60 }' "$build_cpu" "$now")" \
        "$(nproc)"
    rm -f "$build_cpu" "$now"
}
