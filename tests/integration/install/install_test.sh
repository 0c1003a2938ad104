#!/usr/bin/env bash
# cmake --install into an empty folder: the programs start there, and what names a program finds it.
#   install_test.sh CMAKE BUILD-FOLDER
set -euo pipefail

prefix=$(mktemp -d)
trap 'rm -rf "$prefix"' EXIT

failed() {
    echo "FAILED: $*" >&2
    exit 1
}

"$1" --install "$2" --prefix "$prefix" >/dev/null

for program in countersign countersign-cli countersign-relay countersign-sandbox; do
    [[ -x "$prefix/bin/$program" ]] || failed "$program is not installed"
    output=$(QT_QPA_PLATFORM=offscreen "$prefix/bin/$program" --version) || failed "$program does not start"
    [[ -n "$output" ]] || failed "$program tells no version"
done

unit="$prefix/lib/systemd/system/countersign-relay.service"
grep -q "^ExecStart=$prefix/bin/countersign-relay serve" "$unit" || failed "the unit names another program"
grep -q "@COUNTERSIGN" "$unit" && failed "a placeholder was left in the unit"

share="$prefix/share"
started=$(sed -n 's/^Exec=//p' "$share/applications/countersign.desktop")
[[ -x "$prefix/bin/${started%% *}" ]] || failed "the desktop file starts $started"
icon=$(sed -n 's/^Icon=//p' "$share/applications/countersign.desktop")
[[ -f "$share/icons/hicolor/scalable/apps/$icon.svg" ]] || failed "the desktop file's icon $icon is missing"
grep -q "Apache License" "$share/doc/"*/LICENSE || failed "the licence is missing"

helper="$prefix/libexec/countersign/mpc-helper"
[[ -f "$helper/package-lock.json" ]] || failed "the signing helper's lock file is missing"
[[ ! -e "$helper/node_modules" ]] || failed "foreign packages were installed along"
if command -v node >/dev/null; then
    # Without its packages it starts, and says what is missing.
    answer=$(printf '\0\0\0\043{"version":1,"operation":"about"}  ' | node "$helper/mpc-helper.mjs" | tail -c +5)
    [[ "$answer" == *'"code":"library_missing"'* ]] || failed "the signing helper answers: $answer"
fi
