#!/usr/bin/env bash
# Can every text that a person reads be extracted for translation, under the context that the program asks for? Runs Qt's
# lupdate, which says what it cannot place, and refuses contexts that no class has.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

# Qt 6's own first: the one in the path may be Qt 5's.
lupdate=
for place in /usr/lib/qt6/bin/lupdate /usr/lib/qt6/libexec/lupdate "$(command -v lupdate || true)"; do
    [[ -n $lupdate ]] || [[ ! -x $place ]] || lupdate="$place"
done
if [[ -z $lupdate ]]; then
    echo "lupdate is missing (package qt6-l10n-tools; tools/packages.sh --for-tests installs it)" >&2
    exit 1
fi

scratch="$(mktemp -d)"
trap 'rm -rf "$scratch"' EXIT
# -I .: a class is found by the header's name from the root of the repository, and with it its namespace.
said="$("$lupdate" -no-obsolete -locations none -extensions cpp,h -recursive app core services ui -I . \
    -ts "$scratch/countersign.ts" 2>&1)" || { printf '%s\n' "$said" >&2; exit 1; }
# lupdate does not know namespaces of other libraries, which carry no texts.
problems="$(grep -E 'lacks Q_OBJECT|cannot be called without context|Excess|Unterminated' <<<"$said" || true)"
if grep -qE '<name>countersign(::(cli|http|relay|sandbox|solana))?</name>' "$scratch/countersign.ts"; then
    problems+=$'\nA text has no context but the namespace: give its class or file Q_DECLARE_TR_FUNCTIONS.'
fi
# A helper called tr, or a text that is put together, is not seen by lupdate.
if helpers="$(git grep -nE '(auto|QString) tr( = |\()' -- app core services ui)"; then
    problems+=$'\nNo helper may be called tr:\n'"$helpers"
fi
[[ -z $problems ]] && exit 0
printf '%s\n' "$problems" >&2
exit 1
