#!/usr/bin/env bash
# The second operator of the demonstration: looks at the jobs that wait for two approvals, at a desk (a profile) of
# their own, and approves or rejects them through the relay. ./run has to be running.
#   tools/demo-colleague.sh approves          whatever waits for a second approval
#   tools/demo-colleague.sh approves JOB      this one
#   tools/demo-colleague.sh rejects JOB REASON
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

demo="${COUNTERSIGN_DEMO:-$PWD/.demo}"
bin="build/release/bin"
umask 077
fail() { printf '%s\n' "$*" >&2; exit 1; }
usage() { sed -n '4,6s/^# \{0,3\}//p' "${BASH_SOURCE[0]}" >&2; exit 2; }
relay() { fail "The second desk is made by ./run."; }
open_cli() {
    local passphrase=()
    [[ ! -s "$demo/passphrase" ]] || passphrase=(--passphrase-file "$demo/passphrase")
    "$bin/countersign-cli" --profile "$demo/profile" "$@" "${passphrase[@]}"
}
source tools/demo-policy.sh

what="${1:-}"
[[ $what == approves || $what == rejects ]] || usage
[[ $what == approves && $# -le 2 || $what == rejects && $# -eq 3 && -n $3 ]] || usage
[[ -s "$demo/colleague/key" && -s "$demo/relay.json" ]] || fail "There is no demonstration with a second desk in $demo; start ./run first."

# What the other desk knows: who submits jobs, who operates at the first desk, and the rule book in force there.
set_up() {
    local name key own
    [[ "$(colleague_cli settings get relay.url | jq -r '."relay.url"')" == "$(jq -r .url "$demo/relay.json")" ]] ||
        colleague_cli settings set relay.url "$(jq -r .url "$demo/relay.json")" >/dev/null
    while IFS=$'\t' read -r name key; do
        colleague_cli submitters list | jq -e --arg key "$key" 'any(.[]; .keyid == $key)' >/dev/null ||
            colleague_cli submitters add "$name" --public-key "$key" >/dev/null
    done < <(open_cli submitters list | jq -r '.[] | [.name, .keyid] | @tsv')
    own="$(open_cli operators me 2>/dev/null)"
    key="$(jq -r .publicKey <<<"$own")"
    colleague_cli operators list | jq -e --arg key "$key" 'any(.[]; .publicKey == $key)' >/dev/null ||
        colleague_cli operators add "$(jq -r .name <<<"$own")" --public-key "$key" >/dev/null
    open_cli policy show >"$demo/colleague/policy.json"
    if jq -e '.policy == null and has("builtIn")' "$demo/colleague/policy.json" >/dev/null; then
        colleague_cli policy set --clear >/dev/null 2>&1 || true
    else
        colleague_cli policy set "$demo/colleague/policy.json" >/dev/null
    fi
    colleague_cli sync --once >/dev/null
}

set_up
if [[ $# -gt 1 ]]; then
    jobs=("$2")
else
    mapfile -t jobs < <(colleague_cli jobs list --state pending | jq -r '.[].id')
fi
said=0
for job in "${jobs[@]}"; do
    if [[ $# -eq 1 ]]; then
        # Only what two people are asked about; nothing that the rule book forbids.
        needs="$(colleague_cli policy try "$demo/colleague/policy.json" --job "$job" | jq -r 'select(.outcome == "review").approvals')" || needs=0
        [[ ${needs:-0} -ge 2 ]] || continue
        # Said already.
        colleague_cli jobs approvals "$job" | jq -e --arg key "$(cat "$demo/colleague/key")" \
            'any(.[]; .operator == $key and .counts)' >/dev/null && continue
    fi
    if [[ $what == approves ]]; then
        colleague_cli jobs endorse "$job" >/dev/null && printf '%s approved the job %s.\n' "$demo_colleague" "${job:0:12}"
    else
        colleague_cli jobs endorse "$job" --reject --reason "$3" >/dev/null && printf '%s rejected the job %s.\n' "$demo_colleague" "${job:0:12}"
    fi
    said=$((said + 1))
done
[[ $said -gt 0 ]] || echo "Nothing waits for a second approval."
