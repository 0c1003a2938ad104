#!/usr/bin/env bash
# Installs what Countersign needs from the distribution and is missing here; ./run and ./test call it. It prints
# what it installs, asks for nothing and does nothing when all is there.
#   tools/packages.sh [--for-tests] [--for-sanitizers] [--list]
# --for-tests: also what only tests need. --for-sanitizers: also what the presets asan and tsan need.
set -euo pipefail

# One package per line. "package:command" counts as present when the command is, wherever it came from.
packages=(
    # compiler and build
    g++
    cmake:cmake
    ninja-build:ninja
    pkg-config:pkg-config
    mold:mold
    git:git
    # libraries
    debian-archive-keyring
    dpkg-dev:dpkg-source
    libboost-dev
    libcurl4-openssl-dev
    libexpected-dev
    libqrencode-dev
    libpq-dev
    libsecp256k1-dev
    libsodium-dev
    libsqlite3-dev
    libsqlitecpp-dev
    libssl-dev
    libutf8proc-dev
    nlohmann-json3-dev
    qt6-base-dev
    qt6-base-dev-tools
    qt6-svg-dev
    qt6-websockets-dev
    qtkeychain-qt6-dev
    # what the programs use while they run
    libqt6svg6
    libqt6websockets6
    qt6-qpa-plugins
    libsecret-1-0
    dbus:dbus-daemon
    fonts-dejavu-core
    # what ./run and the tests use
    clang-19:clang++-19
    curl:curl
    gnome-keyring:gnome-keyring-daemon
    jq:jq
    make:make
    nodejs:node
    npm:npm
    openssl:openssl
    procps:pgrep
    python3:python3
    sqlite3:sqlite3
    xvfb:Xvfb
)

# What fuzz targets are linked with, a database server for the relay's tests, which start one of their own, and what
# reads QR codes, what ./lint calls, and what judges the Debian packages.
if [[ "${1:-}" == "--for-tests" ]]; then
    shift
    packages+=(appstream:appstreamcli clang-format:clang-format clang-tidy-19:clang-tidy-19 clazy:clazy-standalone
        desktop-file-utils:desktop-file-validate libclang-rt-19-dev lintian:lintian postgresql qt6-l10n-tools shellcheck:shellcheck zbar-tools:zbarimg)
fi

# Names in Clang's reports, and with them the suppressions.
if [[ "${1:-}" == "--for-sanitizers" ]]; then
    shift
    packages+=(llvm-19:llvm-symbolizer-19)
fi

if [[ "${1:-}" == "--list" ]]; then
    printf '%s\n' "${packages[@]%%:*}"
    exit 0
fi

is_there() {
    local package="${1%%:*}" command="${1#*:}"
    if [[ "$1" == *:* ]] && command -v "$command" >/dev/null 2>&1; then
        return 0
    fi
    # An installed package that provides the name counts too (distributions rename development packages).
    dpkg-query -W -f '${db:Status-Abbrev} ${Package} ${Provides}\n' 2>/dev/null |
        awk -v name="$package" '$1 ~ /^ii/ { for (i = 2; i <= NF; ++i) { field = $i; sub(/,$/, "", field); sub(/:.*/, "", field); if (field == name) found = 1 } }
            END { exit !found }'
}

if ! command -v dpkg-query >/dev/null 2>&1; then
    echo "This is not Debian or a relative of it: install these packages' equivalents by hand:" >&2
    printf '  %s\n' "${packages[@]%%:*}" >&2
    exit 1
fi

missing=()
for package in "${packages[@]}"; do
    is_there "$package" || missing+=("${package%%:*}")
done

# What no package of the system provides in a version that is new enough.
build_what_is_too_old() {
    "$(dirname "${BASH_SOURCE[0]}")/libsodium.sh" >/dev/null
}

# A system without this version builds everything with GCC, and slower; only the fuzz targets and clang-tidy need it.
do_without_unknown_clang() {
    # A system that does not know g++ either has no lists of packages yet.
    [[ " ${missing[*]} " == *-19* && -n "$(apt-cache show g++ 2>/dev/null)" ]] || return 0
    [[ -z "$(apt-cache show clang-19 2>/dev/null)" ]] || return 0
    echo "This system has no clang-19: GCC builds instead; the fuzz targets and clang-tidy are left out." >&2
    local package wanted=()
    for package in "${missing[@]}"; do
        [[ $package == *-19* ]] || wanted+=("$package")
    done
    missing=("${wanted[@]}")
}
do_without_unknown_clang

if ((${#missing[@]} == 0)); then
    build_what_is_too_old
    exit 0
fi

as_root=()
if [[ $(id -u) -ne 0 ]]; then
    if ! command -v sudo >/dev/null 2>&1; then
        echo "These packages are missing and only root can install them: ${missing[*]}" >&2
        echo "Install them with: apt-get install ${missing[*]}" >&2
        exit 1
    fi
    as_root=(sudo)
    # Without a terminal sudo could only wait for a password that nobody types.
    [[ -t 0 ]] || as_root+=(-n)
fi

echo "Installing ${#missing[@]} missing packages: ${missing[*]}"
run_apt() {
    "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -qq -o Dpkg::Use-Pty=0 "$@" </dev/null
}
# Only its programs are wanted: the package would also make a database and start a server on this machine.
defaults=/usr/share/postgresql-common/createcluster.conf settings=/etc/postgresql-common/createcluster.conf
restore_settings=()
forget_settings() {
    ((${#restore_settings[@]} == 0)) || "${as_root[@]}" rm -f "$settings"
}
trap forget_settings EXIT
if [[ " ${missing[*]} " == *" postgresql "* && ! -e $settings ]]; then
    restore_settings=("${as_root[@]}" cp "$defaults" "$settings")
    "${as_root[@]}" mkdir -p "${settings%/*}"
    "${as_root[@]}" tee "$settings" <<<"create_main_cluster = false" >/dev/null
fi
if ! { run_apt update && do_without_unknown_clang && run_apt install -y --no-install-recommends "${missing[@]}" >/dev/null; }; then
    echo "The packages could not be installed. Install them by hand and start again:" >&2
    echo "  apt-get install ${missing[*]}" >&2
    exit 1
fi
"${restore_settings[@]}"
restore_settings=()
build_what_is_too_old
