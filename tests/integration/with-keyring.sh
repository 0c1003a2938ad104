#!/usr/bin/env bash
# Runs COMMAND in a D-Bus session of its own, with an unlocked gnome-keyring whose files lie in a temporary home.
# Nothing of the caller's session is touched, nothing can be started by activation (so no prompt can appear), and
# everything is gone afterwards. Ends with COMMAND's exit status; 77 when a needed program is missing.
#   with-keyring.sh COMMAND…
#   with-keyring.sh --no-keyring COMMAND…     the same session without a keychain service
set -euo pipefail

if [[ "${1:-}" != --inside ]]; then
    keyring=yes
    if [[ "${1:-}" == --no-keyring ]]; then
        keyring=no
        shift
    fi
    if (($# == 0)); then
        echo "usage: with-keyring.sh [--no-keyring] COMMAND…" >&2
        exit 2
    fi
    for program in dbus-run-session gnome-keyring-daemon dbus-send; do
        if ! command -v "$program" >/dev/null; then
            echo "with-keyring.sh: $program is not installed" >&2
            exit 77
        fi
    done

    home=$(mktemp -d)
    trap 'rm -rf "$home"' EXIT
    mkdir -m 700 "$home/runtime"
    cat >"$home/bus.conf" <<XML
<busconfig>
  <type>session</type>
  <listen>unix:dir=$home/runtime</listen>
  <auth>EXTERNAL</auth>
  <policy context="default">
    <allow send_destination="*" eavesdrop="true"/>
    <allow eavesdrop="true"/>
    <allow own="*"/>
  </policy>
</busconfig>
XML
    unset DBUS_SESSION_BUS_ADDRESS DISPLAY WAYLAND_DISPLAY GNOME_KEYRING_CONTROL
    export HOME="$home" XDG_RUNTIME_DIR="$home/runtime" XDG_DATA_HOME="$home/data" XDG_CONFIG_HOME="$home/config" \
        XDG_CACHE_HOME="$home/cache"
    status=0
    dbus-run-session --config-file="$home/bus.conf" -- "$0" --inside "$keyring" "$@" || status=$?
    exit "$status"
fi

keyring=$2
shift 2
if [[ "$keyring" == no ]]; then
    exec "$@"
fi

gnome-keyring-daemon --foreground --unlock --components=secrets <<<"password of a temporary keyring" \
    >"$HOME/keyring.log" 2>&1 &
daemon=$!
trap 'kill "$daemon" 2>/dev/null || true; wait "$daemon" 2>/dev/null || true' EXIT

default_collection() {
    dbus-send --session --print-reply --reply-timeout=5000 --dest=org.freedesktop.secrets \
        /org/freedesktop/secrets org.freedesktop.Secret.Service.ReadAlias string:default 2>/dev/null || true
}
for _ in {1..600}; do
    if [[ "$(default_collection)" == *"/org/freedesktop/secrets/"* ]]; then
        ready=yes
        break
    fi
    sleep 0.1
done
if [[ -z "${ready:-}" ]]; then
    echo "with-keyring.sh: gnome-keyring did not come up:" >&2
    cat "$HOME/keyring.log" >&2
    exit 1
fi
"$@"
