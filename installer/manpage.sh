#!/usr/bin/env bash
# A program's manual page, made of what it says of itself, so that neither can be ahead of the other.
#   manpage.sh PROGRAM PAGE.1.gz VERSION
set -euo pipefail

program="$1"
page="$2"
version="$3"
name="$(basename "$program")"
export QT_QPA_PLATFORM=offscreen LC_ALL=C.UTF-8

case "$name" in
    countersign) about="console for wallets that were delegated through Dynamic" ;;
    countersign-cli) about="the command line of Countersign" ;;
    countersign-relay) about="durable mailbox for webhooks and signing jobs" ;;
    countersign-sandbox) about="local stand-in for Dynamic" ;;
    *) echo "no manual page is known for $name" >&2; exit 2 ;;
esac

# What roff would take for a request or an escape stands as it is.
literal() {
    printf '.nf\n'
    sed -e 's/\\/\\e/g' -e 's/-/\\-/g' -e "s/^\([.']\)/\\\\\&\1/"
    printf '.fi\n'
}

commands() {
    "$program" --help | sed -n 's/^  \([a-z][a-z -]*[a-z]\)  .*/\1/p'
}

{
    printf '.TH %s 1 "" "Countersign %s" "Countersign"\n' "${name^^}" "$version"
    printf '.SH NAME\n%s \\- %s\n' "${name//-/\\-}" "$about"
    printf '.SH DESCRIPTION\n'
    "$program" --help | literal
    if [[ $name == countersign-cli ]]; then
        printf '.SH COMMANDS\n'
        while IFS= read -r command; do
            printf '.SS "%s"\n' "${command//-/\\-}"
            # shellcheck disable=SC2086 # a command is of several words
            "$program" $command --help | literal
        done < <(commands)
    fi
} | gzip -9n >"$page"
