# shellcheck shell=bash disable=SC2154  # ./run, which sources it, sets demo
# Sourced by ./run: the signing jobs of the demonstration, as a customer's back end would submit them (docs/relay.md).
# Needs $demo, and the functions relay, open_cli and fail of ./run.

# The 32 bytes of a Solana address in hex.
solana_bytes() {
    local alphabet=123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz bytes=() before carry i c
    for ((i = 0; i < 32; ++i)); do bytes[i]=0; done
    for ((c = 0; c < ${#1}; ++c)); do
        before="${alphabet%%"${1:c:1}"*}"
        carry=${#before}
        for ((i = 31; i >= 0; --i)); do
            carry=$((carry + bytes[i] * 58))
            bytes[i]=$((carry & 255))
            carry=$((carry >> 8))
        done
    done
    printf '%02x' "${bytes[@]}"
}

# An unsigned Solana transaction in base64: the wallet $1 sends $2 one tenth of a SOL. Its blockhash is none of a real
# network: the demonstration sends nothing.
solana_transfer() {
    local hex
    hex="01$(printf '%0128d' 0)"                                  # one empty signature
    hex+="01000103$(solana_bytes "$1")$(solana_bytes "$2")"       # one signer, one program, three accounts
    hex+="$(printf '%064d' 0)$(printf 'de%.0s' {1..32})"          # the System program; the blockhash
    hex+="01020200010c0200000000e1f50500000000"                   # Transfer, 100,000,000 lamports
    basenc --base16 --decode <<<"${hex^^}" | base64 --wrap=0
}

# demo_payload NAME EVM_ADDRESS SOLANA_ADDRESS: {"kind", "payload", "reason"}
demo_payload() {
    local token=0xA0b86991c6218b36c1d19D4a2e9Eb0cE3606eB48 other=0x70997970C51812dc3A010C7d01b50e0d17dc79C8
    case "$1" in
        evm-message)
            jq -n --arg wallet "$2" '{kind: "evm.message", reason: "Sign-in to the custody portal", payload: {text:
                "portal.example wants you to sign in with your Ethereum account:\n\($wallet)\n\nRequest 4711\n\nURI: https://portal.example/login\nVersion: 1\nChain ID: 1\nNonce: 4711aB29x\nIssued At: 2026-11-30T12:00:00Z"}}' ;;
        evm-permit)
            jq -n --arg owner "$2" --arg spender "$other" --arg token "$token" '
                {kind: "evm.typedData", reason: "Let the settlement contract collect USDC (unlimited: look twice)",
                payload: {typedData: {
                    types: {
                        EIP712Domain: [{name: "name", type: "string"}, {name: "version", type: "string"},
                            {name: "chainId", type: "uint256"}, {name: "verifyingContract", type: "address"}],
                        Permit: [{name: "owner", type: "address"}, {name: "spender", type: "address"},
                            {name: "value", type: "uint256"}, {name: "nonce", type: "uint256"},
                            {name: "deadline", type: "uint256"}]},
                    primaryType: "Permit",
                    domain: {name: "USD Coin", version: "2", chainId: 1, verifyingContract: $token},
                    message: {owner: $owner, spender: $spender, nonce: "0", deadline: "4102444800",
                        value: "115792089237316195423570985008687907853269984665640564039457584007913129639935"}}}}' ;;
        evm-transfer)
            # transfer(other, 250 USDC)
            jq -n --arg token "$token" --arg data "0xa9059cbb$(printf '%024d' 0)${other:2}$(printf '%064x' 250000000)" '
                {kind: "evm.transaction", reason: "Pay invoice 2026-118: 250 USDC",
                payload: {transaction: {chainId: 1, type: 2, to: $token, value: "0", data: $data, nonce: 0,
                    gasLimit: "65000", maxFeePerGas: "30000000000", maxPriorityFeePerGas: "1000000000"}}}' ;;
        solana-message)
            jq -n '{kind: "solana.message", reason: "Proof of reserves",
                payload: {text: "Proof of reserves, audit 17"}}' ;;
        solana-transfer)
            jq -n --arg transaction "$(solana_transfer "$3" "$4")" '
                {kind: "solana.transaction", reason: "Top up the fee account: 0.1 SOL",
                payload: {transaction: $transaction}}' ;;
    esac
}

# The document in the file $1 as a DSSE envelope, signed with the demonstration's submitter key.
demo_envelope() {
    local type=application/vnd.countersign.job+json
    { printf 'DSSEv1 %d %s %d ' "${#type}" "$type" "$(stat --format %s "$1")"; cat "$1"; } >"$demo/to-sign"
    jq -n --arg type "$type" --arg keyid "$2" --arg payload "$(base64 --wrap=0 "$1")" \
        --arg sig "$(openssl pkeyutl -sign -rawin -inkey "$demo/submitter.pem" -in "$demo/to-sign" | base64 --wrap=0)" \
        '{payload: $payload, payloadType: $type, signatures: [{keyid: $keyid, sig: $sig}]}'
}

# demo_jobs RELAY_URL INBOX: registers the submitter and posts one job of each kind. A document is kept and posted
# again, which makes no second job, as long as its job waits; one whose job is over (or expires within the hour) is
# made anew.
demo_jobs() {
    local key name file evm solana other jobs until
    [[ -s "$demo/submitter.pem" ]] || openssl genpkey -algorithm ed25519 -out "$demo/submitter.pem"
    key="$(openssl pkey -in "$demo/submitter.pem" -pubout -outform DER | tail -c 32 | basenc --base16 --wrap=0)"
    key="${key,,}"
    [[ -s "$demo/submitter-token" ]] ||
        relay token create --inbox "$2" --role submitter | jq -r .token >"$demo/submitter-token"
    open_cli submitters list | jq -e --arg key "$key" 'any(.[]; .keyid == $key)' >/dev/null ||
        open_cli submitters add "demonstration back end" --public-key "$key" >/dev/null
    jobs="$(open_cli jobs list)"
    mkdir -p "$demo/jobs"
    until="$(date -u -d '8 hours' +%Y-%m-%dT%H:%M:%SZ)"
    read -r evm solana other < <(open_cli wallets list | jq -r '
        sort_by(.status != "active", .walletId) | map(select(.chain == "SVM")) as $solana |
        [first(.[] | select(.chain == "EVM")).address, $solana[0].address, $solana[1].address] | join(" ")')
    for name in evm-message evm-permit evm-transfer solana-message solana-transfer; do
        file="$demo/jobs/$name.json"
        if ! demo_job_waits "$file" "$jobs"; then
            demo_payload "$name" "$evm" "$solana" "$other" |
                jq -c --arg evm "$evm" --arg solana "$solana" --arg until "$until" \
                    '. + {wallet: (if .kind | startswith("evm") then $evm else $solana end), expiresAt: $until}' >"$file"
        fi
        demo_envelope "$file" "$key" >"$demo/envelope.json"
        printf 'header = "Authorization: Bearer %s"\n' "$(cat "$demo/submitter-token")" |
            curl --silent --show-error --fail-with-body --max-time 30 --config - --output "$demo/answer.json" \
                --header 'Content-Type: application/json' --data-binary "@$demo/envelope.json" \
                "$1/v1/inboxes/$2/jobs" ||
            fail "The relay does not take the job $name: $(cat "$demo/answer.json")"
    done
}

# demo_life RELAY_URL INBOX: what a profile has that was used for a while, for pictures: one job was signed, one
# rejected, somebody sent a forged webhook, and a user took a delegation back.
demo_life() {
    local wallet
    if open_cli jobs list | jq -e 'all(.[]; .state == "pending")' >/dev/null; then
        open_cli jobs approve "$(open_cli jobs list | jq -r 'first(.[] | select(.kind == "evm.message")).id')" >/dev/null
        open_cli jobs reject "$(open_cli jobs list | jq -r 'first(.[] | select(.kind == "solana.message")).id')" \
            --reason "No such audit" >/dev/null
        curl --silent --show-error --fail-with-body --max-time 30 --output /dev/null \
            --header 'Content-Type: application/json' --header 'x-dynamic-signature-256: sha256=00' \
            --data '{"eventName": "wallet.delegation.created"}' "$1/in/$2"
        # Not the one that the jobs ask for.
        wallet="$(open_cli wallets list | jq -r '
            [.[] | select(.chain == "EVM" and .status == "active")] | sort_by(.walletId) | last.walletId')"
        sandbox DELETE "/sandbox/delegations/$wallet" >/dev/null
        # The webhook takes its time.
        for _ in {1..60}; do
            open_cli sync --once >/dev/null
            open_cli wallets list | jq -e --arg id "$wallet" \
                'any(.[]; .walletId == $id and .status == "active")' >/dev/null || break
            sleep 0.5
        done
    fi
}

# Whether the document in the file $1 is still good for a waiting job; $2 is the list of jobs here.
demo_job_waits() {
    [[ -s $1 ]] || return 1
    [[ "$(jq -r .expiresAt "$1")" > "$(date -u -d '1 hour' +%Y-%m-%dT%H:%M:%SZ)" ]] || return 1
    # One that is not here yet was posted and not fetched.
    jq -e --arg id "$(sha256sum "$1" | cut -d' ' -f1)" 'all(.[] | select(.id == $id); .state == "pending")' \
        >/dev/null <<<"$2"
}
