#!/usr/bin/env bash
# ML-KEM-768, which the enclave engine speaks, came with libsodium 1.0.22. Where the system's libsodium is older, this
# builds Debian's source package of the unstable suite into a private folder and prints that folder; where the system
# has it, it prints nothing. The source is fetched through the machine's own apt configuration (same mirror, same keys):
# apt checks the suite's signature and the checksums of what it downloads.
#   tools/libsodium.sh          builds if need be; the prefix on standard output, messages on standard error
#   tools/libsodium.sh --where  only says where it would be, or already is
set -euo pipefail

wanted=1.0.22
cache="${XDG_CACHE_HOME:-${HOME:?}/.cache}/countersign"
prefix="$cache/libsodium-$wanted-$(uname -m)"

say() { printf '%s\n' "$*" >&2; }
fail() { say "$*"; exit 1; }

if pkg-config --atleast-version="$wanted" libsodium 2>/dev/null; then
    exit 0
fi
if [[ "${1:-}" == --where || -e "$prefix/complete" ]]; then
    printf '%s\n' "$prefix"
    exit 0
fi

command -v apt-get >/dev/null || fail "libsodium $wanted or newer is needed and the system has an older one. Install it by hand."
# The mirror that this machine takes Debian from; security and update archives do not carry unstable.
site="$(apt-get indextargets --format '$(SITE) $(RELEASE)' 'Created-By: Packages' |
    awk '$1 !~ /security/ && $2 !~ /-(updates|backports|security)$/ { print $1; exit }')"
[[ -n "$site" ]] || fail "apt knows no Debian mirror, so the source of libsodium $wanted cannot be fetched."
keyring=/usr/share/keyrings/debian-archive-keyring.gpg
[[ -r "$keyring" ]] || fail "The package debian-archive-keyring is missing, so the source of libsodium cannot be verified."

say "Building libsodium $wanted from Debian's source package (about a minute, once)"
mkdir -p "$cache"
exec 9>"$cache/libsodium.lock"
flock 9
if [[ -e "$prefix/complete" ]]; then
    printf '%s\n' "$prefix"
    exit 0
fi
work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT
mkdir -p "$work"/{lists/partial,archives/partial,source}
echo "deb-src [signed-by=$keyring] $site sid main" >"$work/sources.list"
# A user without rights may do all of this: nothing of the system's apt is touched.
apt=(apt-get -qq -o "Dir::Etc::SourceList=$work/sources.list" -o Dir::Etc::SourceParts=- -o "Dir::State::Lists=$work/lists"
    -o "Dir::Cache=$work" -o APT::Sandbox::User= -o "Dir::State::status=/var/lib/dpkg/status")
"${apt[@]}" update >&2 </dev/null || fail "The list of Debian's unstable sources could not be fetched from the mirror that apt uses."
(cd "$work/source" && "${apt[@]}" source --download-only libsodium >&2 </dev/null) ||
    fail "The source package of libsodium could not be fetched."
archive=("$work"/source/libsodium_*.orig.tar.*z*)
for file in "${archive[@]}"; do
    [[ "$file" == *.asc ]] || tar -xf "$file" -C "$work/source"
done
tree=("$work"/source/libsodium*/)
(
    cd "${tree[0]}"
    ./configure --quiet --prefix="$prefix" --disable-shared --enable-static --with-pic --disable-dependency-tracking
    make --silent -j "$(nproc)"
    rm -rf "$prefix"
    make --silent install
) >"$work/build.log" 2>&1 || { tail -20 "$work/build.log" >&2; fail "libsodium $wanted could not be built."; }
version="$(PKG_CONFIG_PATH="$prefix/lib/pkgconfig" pkg-config --modversion libsodium)"
PKG_CONFIG_PATH="$prefix/lib/pkgconfig" pkg-config --atleast-version="$wanted" libsodium ||
    fail "Debian's unstable suite has libsodium $version, which is older than $wanted."
: >"$prefix/complete"
say "libsodium $version is in $prefix"
printf '%s\n' "$prefix"
