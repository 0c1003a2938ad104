#!/usr/bin/env bash
# cpack: four Debian packages that hold what they should, start when they are unpacked, and have no error of lintian's.
#   package_test.sh CPACK BUILD-FOLDER
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

failed() {
    echo "FAILED: $*" >&2
    exit 1
}

# Packed quickly: what is in them is what is tested.
(cd "$2" && "$1" -G DEB -B "$folder/packages" -D CPACK_DEBIAN_COMPRESSION_TYPE=gzip >"$folder/log" 2>&1) ||
    failed "cpack: $(tail -n 20 "$folder/log")"

for package in countersign countersign-cli countersign-relay countersign-sandbox; do
    mapfile -t found < <(find "$folder/packages" -maxdepth 1 -name "${package}_*.deb")
    ((${#found[@]} == 1)) || failed "there are ${#found[@]} packages $package"
    deb="${found[0]}"
    dpkg-deb -f "$deb" Depends | grep libqt6core6 >/dev/null || failed "$package names no libraries"
    dpkg-deb -x "$deb" "$folder/root-$package"
    output=$(QT_QPA_PLATFORM=offscreen "$folder/root-$package/usr/bin/$package" --version) || failed "$package does not start"
    [[ -n "$output" ]] || failed "$package tells no version"
    page="$folder/root-$package/usr/share/man/man1/$package.1.gz"
    zcat "$page" | grep '^\.SH DESCRIPTION' >/dev/null || failed "$package has no manual page"
    [[ -f "$folder/root-$package/usr/share/doc/$package/copyright" ]] || failed "$package names no licence"
done

zcat "$folder/root-countersign-cli/usr/share/man/man1/countersign-cli.1.gz" | grep '^\.SS "jobs approve"' >/dev/null ||
    failed "the manual page has no commands"
[[ -f "$folder/root-countersign-cli/usr/libexec/countersign/mpc-helper/mpc-helper.mjs" ]] || failed "the signing helper is missing"
unit="$folder/root-countersign-relay/usr/lib/systemd/system/countersign-relay.service"
grep -q '^ExecStart=/usr/bin/countersign-relay serve' "$unit" || failed "the unit names another program"
dpkg-deb -f "$folder"/packages/countersign_*.deb Depends | grep 'countersign-cli (=' >/dev/null || failed "the console goes without its helper"

for tool in lintian desktop-file-validate appstreamcli; do
    command -v "$tool" >/dev/null || { echo "$tool is not here: what it checks is left out"; continue; }
    case "$tool" in
        lintian) lintian --allow-root --fail-on error "$folder"/packages/*.deb ;;
        desktop-file-validate) desktop-file-validate "$folder"/root-countersign/usr/share/applications/countersign.desktop ;;
        # The project has no domain of its own that an id could begin with.
        appstreamcli) appstreamcli validate --no-net --override=cid-desktopapp-is-not-rdns=info "$folder"/root-countersign/usr/share/metainfo/countersign.metainfo.xml ;;
    esac || failed "$tool: see above"
done
