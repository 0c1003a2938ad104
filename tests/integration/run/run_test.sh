#!/usr/bin/env bash
# ./run as a newcomer meets it: headless, a second time, without a display, and stopped in the middle.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../../.."

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
export COUNTERSIGN_DEMO="$folder/demo"
unset DISPLAY WAYLAND_DISPLAY QT_QPA_PLATFORM

failed() {
    echo "FAILED: $*" >&2
    exit 1
}
# Whoever runs with this folder on its command line was started by ./run.
orphans() { pgrep -f "$folder" | grep -v "^$$\$" || true; }

echo "-- without a display it says so"
status=0
./run --no-install --no-build >"$folder/out" 2>"$folder/err" || status=$?
[[ $status -eq 1 ]] || failed "exit status $status"
grep -q -- "--headless" "$folder/err" || failed "no hint"
[[ ! -e $COUNTERSIGN_DEMO ]] || failed "something was made"

check_output() {
    jq -se '.[0] | length == 12 and all(.[]; .status == "active") and (map(.chain) | unique == ["EVM", "SVM"])' \
        "$folder/out" >/dev/null || failed "wallets: $(cat "$folder/out")"
    jq -se '.[1] | length >= 13 and all(.[]; .verdict != "quarantined")' "$folder/out" >/dev/null || failed "events"
    jq -se '.[2].intact == true and length == 4' "$folder/out" >/dev/null || failed "record"
    jq -se '.[3] | length == 5 and all(.[]; .state == "pending" and .submitter != null) and
        (map(.kind) | sort == ["evm.message", "evm.transaction", "evm.typedData", "solana.message", "solana.transaction"])' \
        "$folder/out" >/dev/null || failed "jobs: $(jq -s '.[3]' "$folder/out")"
    [[ -z "$(orphans)" ]] || failed "still running: $(orphans)"
}

echo "-- headless"
./run --headless --no-install --no-build >"$folder/out" 2>"$folder/err" || failed "$(cat "$folder/err")"
check_output
grep -qi "simulates" "$folder/err" || failed "it does not say that the sandbox simulates"
grep -q "SIMULATED colleague" "$folder/err" || failed "it does not say that the second operator is simulated"
grep -q "unlimited.*: forbidden by the rule no-unlimited" "$folder/err" || failed "no job is forbidden: $(cat "$folder/err")"
grep -q "250 USDC: 2 approvals by the rule token-payments" "$folder/err" || failed "no job needs two people"
grep -q "Proof of reserves: 1 approval by the rule rest" "$folder/err" || failed "no job passes with one"

echo "-- a second time, with what is there"
first=$(jq -s '.[0] | map(.walletId) | sort' "$folder/out")
first_jobs=$(jq -s '.[3] | map(.id) | sort' "$folder/out")
./run --headless --no-install --no-build >"$folder/out" 2>"$folder/err" || failed "$(cat "$folder/err")"
check_output
[[ "$(jq -s '.[0] | map(.walletId) | sort' "$folder/out")" == "$first" ]] || failed "other wallets"
[[ "$(jq -s '.[3] | map(.id) | sort' "$folder/out")" == "$first_jobs" ]] || failed "other jobs"

echo "-- two people"
desk() {
    local passphrase=()
    [[ ! -s "$COUNTERSIGN_DEMO/passphrase" ]] || passphrase=(--passphrase-file "$COUNTERSIGN_DEMO/passphrase")
    build/release/bin/countersign-cli --profile "$COUNTERSIGN_DEMO/profile" "$@" "${passphrase[@]}"
}
job_called() { desk jobs list | jq -r --arg word "$1" '.[] | select(.reason | contains($word)).id'; }
signatures() {
    curl --silent --fail --max-time 30 --header 'x-countersign-tool: test' \
        --header "Authorization: Bearer $(jq -r .apiToken "$COUNTERSIGN_DEMO/sandbox.json")" \
        "$(jq -r .url "$COUNTERSIGN_DEMO/sandbox.json")/sandbox/signatures" | jq length
}
: >"$folder/err"
QT_QPA_PLATFORM=offscreen ./run --no-install --no-build >"$folder/out" 2>"$folder/err" &
runner=$!
for _ in {1..600}; do
    grep -q "== Console" "$folder/err" && break
    sleep 0.1
done
status=0
desk jobs approve "$(job_called unlimited)" >/dev/null 2>&1 || status=$?
[[ $status -eq 3 ]] || failed "exit status $status for what is forbidden"
payment="$(job_called "250 USDC")"
status=0
desk jobs approve "$payment" >"$folder/one" 2>/dev/null || status=$?
[[ $status -eq 3 ]] && jq -e '.approvals == {"have": 1, "need": 2}' "$folder/one" >/dev/null ||
    failed "one approval of two: $status $(cat "$folder/one")"
[[ "$(signatures)" == 0 ]] || failed "something was signed"
tools/demo-colleague.sh approves 2>/dev/null | grep -q "Demo colleague approved the job ${payment:0:12}" || failed "the colleague"
tools/demo-colleague.sh approves 2>/dev/null | grep -q "Nothing waits" || failed "the colleague, once more"
desk sync --once >/dev/null
desk jobs approve "$payment" 2>"$folder/err2" | jq -e '.state == "signed"' >/dev/null || failed "two approvals: $(cat "$folder/err2")"
[[ "$(signatures)" == 1 ]] || failed "signatures: $(signatures)"
kill -TERM "$runner"
wait "$runner" || true
[[ -z "$(orphans)" ]] || failed "still running: $(orphans)"

echo "-- stopped in the middle"
: >"$folder/err"  # what the last run said must not be taken for this one's
./run --headless --fresh --no-install --no-build >"$folder/out" 2>"$folder/err" &
runner=$!
for _ in {1..600}; do
    grep -q "The sandbox listens" "$folder/err" && break
    sleep 0.1
done
kill -TERM "$runner"
status=0
wait "$runner" || status=$?
[[ $status -eq 143 ]] || failed "exit status $status after SIGTERM"
[[ -z "$(orphans)" ]] || failed "still running: $(orphans)"

echo "-- and again after that"
./run --headless --no-install --no-build >"$folder/out" 2>"$folder/err" || failed "$(cat "$folder/err")"
check_output

echo "-- a folder that is none of ours is left alone"
mkdir "$folder/foreign"
echo precious >"$folder/foreign/file"
status=0
COUNTERSIGN_DEMO="$folder/foreign" ./run --headless --fresh --no-install --no-build >/dev/null 2>&1 || status=$?
[[ $status -ne 0 && "$(cat "$folder/foreign/file")" == precious ]] || failed "a foreign folder was touched"
echo "all well"
