# shellcheck shell=bash disable=SC2154  # ./run and tools/demo-colleague.sh, which source it, set demo and bin
# Sourced by ./run and tools/demo-colleague.sh: the rule book of the demonstration, and a second operator at a desk of
# their own. Needs $demo, $bin, and the functions open_cli and fail.

# One job is forbidden by it, one needs two people, and the others pass with one.
demo_policy() {
    cat <<'JSON'
{
    "version": 1,
    "name": "demonstration",
    "approvalsExpire": {"hours": 24},
    "rules": [
        {"id": "no-unlimited", "when": {"findings": ["message.permit.unlimited", "evm.approval.unlimited"]},
            "then": {"block": "Nobody gets power over all of a wallet's tokens."}},
        {"id": "token-payments", "when": {"intents": ["transfer"], "kinds": ["evm.transaction"]},
            "then": {"approvals": 2}},
        {"id": "rest", "when": {}, "then": {"approvals": 1}}
    ]
}
JSON
}

demo_colleague="Demo colleague"

# The second desk: a profile of its own under a passphrase of its own, which lies beside it.
colleague_cli() {
    "$bin/countersign-cli" --profile "$demo/colleague/profile" "$@" --passphrase-file "$demo/colleague/passphrase"
}

# What the rule book in force says of each job that waits, a line each.
demo_verdicts() {
    local job
    open_cli policy show >"$demo/in-force.json"
    while IFS=$'\t' read -r job reason; do
        # Exit status 3 is "forbidden".
        { open_cli policy try "$demo/in-force.json" --job "$job" 2>/dev/null || true; } | jq -r --arg reason "$reason" '
            $reason + ": " + (if .outcome == "block" then "forbidden by the rule \(.rule): \(.sentence)"
                else "\(.approvals) approval\(if .approvals == 1 then "" else "s" end)" +
                     (if .rule then " by the rule \(.rule)" else " by the built-in policy" end) end)'
    done < <(open_cli jobs list --state pending | jq -r '.[] | [.id, .reason] | @tsv')
}

# demo_operators RELAY_URL INBOX: an operator at this desk, another one at the second desk, and the rule book that asks
# for both. Nothing is done twice.
demo_operators() {
    local key
    open_cli operators me >/dev/null 2>&1 || open_cli operators new "Demo operator" >/dev/null 2>&1
    if [[ ! -s "$demo/colleague/key" ]]; then
        rm -rf "$demo/colleague"
        mkdir -p "$demo/colleague"
        head -c 24 /dev/urandom | base64 >"$demo/colleague/passphrase"
        relay token create --inbox "$2" --role consumer | jq -r .token >"$demo/colleague/relay-token"
        colleague_cli init --demonstration --sandbox-info "$demo/sandbox.json" --relay "$1" --inbox "$2" \
            --relay-token-file "$demo/colleague/relay-token" --keychain none >/dev/null
        colleague_cli operators new "$demo_colleague" 2>/dev/null | jq -r .publicKey >"$demo/colleague/key.new"
        mv "$demo/colleague/key.new" "$demo/colleague/key"
    fi
    key="$(cat "$demo/colleague/key")"
    open_cli operators list | jq -e --arg key "$key" 'any(.[]; .publicKey == $key)' >/dev/null ||
        open_cli operators add "$demo_colleague" --public-key "$key" >/dev/null
    demo_policy >"$demo/policy.json"
    # Whoever tries another rule book keeps it.
    [[ "$(open_cli policy show --history | jq length)" -gt 0 ]] || open_cli policy set "$demo/policy.json" >/dev/null
}
