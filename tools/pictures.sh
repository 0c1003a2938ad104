#!/usr/bin/env bash
# Draws every picture of README.md and docs/ anew into docs/images, with the real window and without a display.
#   tools/pictures.sh [--no-build] [--keep DIR]
# --keep DIR: leaves everything that was drawn, more than the documents show, in DIR.
# Two profiles are drawn: the demonstration of ./run, after some use and with its relay and sandbox running, and one
# of the tests with a job in every state, for what a demonstration without networks cannot reach.
set -euo pipefail
here="$PWD"
cd "$(dirname "${BASH_SOURCE[0]}")/.."

build=yes
work=
while [[ $# -gt 0 ]]; do
    case "$1" in
        --no-build) build=no ;;
        --keep)
            [[ -n ${2:-} ]] || { echo "--keep needs a folder." >&2; exit 2; }
            work="$(cd "$here" && mkdir -p "$2" && cd "$2" && pwd)"
            shift
            ;;
        *) echo "usage: tools/pictures.sh [--no-build] [--keep DIR]" >&2; exit 2 ;;
    esac
    shift
done

say() { printf '%s\n' "$*" >&2; }
tree="build/release"
images="docs/images"
temporary="$(mktemp -d)"
work="${work:-$temporary/pictures}"
node=
finish() {
    [[ -z $node ]] || kill "$node" 2>/dev/null || true
    rm -rf "$temporary"
}
trap finish EXIT

if [[ $build == yes ]]; then
    cmake --preset release >/dev/null
    cmake --build --preset release --target \
        countersign countersign-cli countersign-relay countersign-sandbox make_profile >&2
fi

say "== The demonstration"
COUNTERSIGN_DEMO="$temporary/demo" ./run --no-install --no-build --fresh --pictures "$work/demo" 2>"$temporary/run.log" ||
    { cat "$temporary/run.log" >&2; exit 1; }

say "== A profile with a job in every state"
profile="$temporary/variety"
passphrase="$temporary/passphrase"
printf 'open sesame' >"$passphrase"  # fixturePassphrase
"$tree/tests/make_profile" "$profile" 12
cli() { "$tree/bin/countersign-cli" --profile "$profile" "$@"; }
cli wallets list --passphrase-file "$passphrase" >"$temporary/wallets.json"
mapfile -t owners < <(jq -r '.[] | select(.chain == "SVM").address' "$temporary/wallets.json")
[[ ${#owners[@]} -gt 0 ]] || { say "The profile has no Solana wallet."; exit 1; }
python3 tools/pictures-node.py "${owners[@]}" >"$temporary/node" &
node=$!
for _ in {1..100}; do
    [[ ! -s $temporary/node ]] || break
    sleep 0.1
done
cli settings set rpc.solana "$(cat "$temporary/node")" --passphrase-file "$passphrase" >/dev/null
cat >"$temporary/addresses.csv" <<'CSV'
address,chain,name,tags,lists
0xd8dA6BF26964aF9D7eEd9e03E53415D37aA96045,eip155,Corner Shop,supplier;vip,allow;suppliers
0x70997970C51812dc3A010C7d01b50e0d17dc79C8,eip155:1,Old bank account,,block
EPjFWdd5AufqSSqeM2qN1xzybapC8G4wEGGkZwyTDt1v,solana,USD Coin,token,
0xde709f2102306220921060314715629080e2fb77,eip155:1,Payroll,hr;monthly,allow
CSV
cli addresses import "$temporary/addresses.csv" --passphrase-file "$passphrase" >/dev/null
draw() { QT_QPA_PLATFORM=offscreen "$tree/bin/countersign" --profile "$profile" --size 1280x800 "$@"; }
draw --screenshots "$work/variety" --passphrase-file "$passphrase"
# Drawn while nobody has given the passphrase.
draw --screenshots "$work/locked" --theme light

# take PROFILE PICTURE THEME NAME
take() {
    local drawn="$work/$1/$2-$3-1280x800.png"
    [[ -s $drawn ]] || { say "$drawn was not drawn."; exit 1; }
    cp "$drawn" "$images/$4-$3.png"
}
for theme in light dark; do
    for page in overview jobs wallets events health quarantine settings find waiting operators policy; do
        take demo "$page" "$theme" "$page"
    done
    take demo audit "$theme" record
    take variety jobs "$theme" jobs-states
    take variety addresses "$theme" addresses
    take variety review-transfer "$theme" review
    take variety review-hashes "$theme" review-hashes
    take variety review-unreadable "$theme" review-unreadable
    take variety composer "$theme" composer
    take variety composer-spl "$theme" composer-spl
done
take locked unlock light unlock

# What no document shows is not kept, and what one shows is there.
mapfile -t shown < <(grep -ohE 'images/[a-z-]+\.png' README.md docs/*.md | sed 's|.*/||' | sort -u)
for picture in "$images"/*.png; do
    [[ " ${shown[*]} " == *" $(basename "$picture") "* ]] || rm "$picture"
done
for picture in "${shown[@]}"; do
    [[ -s $images/$picture ]] || { say "$picture is shown and was not drawn."; exit 1; }
done
say "$(ls "$images" | wc -l) pictures are in $images; look at each before they are committed."
