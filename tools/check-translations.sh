#!/usr/bin/env bash
# Can every text that a person reads be extracted for translation, under the context that the program asks for? Runs Qt's
# lupdate, which says what it cannot place, and refuses contexts that no class has, files with several of them, and texts
# that lupdate cannot see.
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

sources() { git ls-files -- 'app/*.cpp' 'app/*.h' 'core/*.cpp' 'core/*.h' 'services/*.cpp' 'services/*.h' 'ui/*.cpp' 'ui/*.h'; }

scratch="$(mktemp -d)"
trap 'rm -rf "$scratch"' EXIT
# -I .: a class is found by the header's name from the root of the repository, and with it its namespace.
said="$("$lupdate" -no-obsolete -locations absolute -extensions cpp,h -recursive app core services ui -I . \
    -ts "$scratch/countersign.ts" 2>&1)" || { printf '%s\n' "$said" >&2; exit 1; }
# lupdate does not know namespaces of other libraries, which carry no texts.
problems="$(grep -E 'lacks Q_OBJECT|cannot be called without context|Excess|Unterminated' <<<"$said" || true)"
if grep -qE '<name>countersign(::(cli|http|relay|sandbox|solana))?</name>' "$scratch/countersign.ts"; then
    problems+=$'\nA text has no context but the namespace: give its class or file Q_DECLARE_TR_FUNCTIONS.'
fi
# One context per file: a translator sees where a text stands, and a text that is moved takes its context along.
several="$(awk '
    /<context>/ { name = "" }
    /<name>/ && name == "" { gsub(/.*<name>|<\/name>.*/, ""); name = $0 }
    match($0, /filename="[^"]+"/) {
        file = substr($0, RSTART + 10, RLENGTH - 11)
        if (!((file, name) in seen)) { seen[file, name] = 1; contexts[file] = contexts[file] " " name; ++count[file] }
    }
    END { for (file in count) if (count[file] > 1) print file ":" contexts[file] }
' "$scratch/countersign.ts" | sed -E 's#^.*/((app|core|services|ui)/)#\1#' | sort)"
[[ -z $several ]] || problems+=$'\nTexts of one file have several contexts:\n'"$several"
# lupdate does not always find the class in front of tr: its name and the context are the same word.
renamed="$(sources | xargs grep -HzoP 'struct (\w+)\n\{\n    Q_DECLARE_TR_FUNCTIONS\((?!\1\))\w+\)' | tr '\0' '\n' || true)"
[[ -z $renamed ]] ||
    problems+=$'\nA context is not called as its struct:\n'"$renamed"
# The class is named once, not with every text; and a helper called tr, or a text that is put together, is not seen by lupdate.
if bare="$(git grep -nE '\btranslate\(' -- 'app/*.cpp' 'app/*.h' core services ui)"; then
    problems+=$'\nA text is asked for by the name of its context, not by tr() of a class:\n'"$bare"
fi
if helpers="$(git grep -nE '(auto|QString) tr( = |\()' -- app core services ui)"; then
    problems+=$'\nNo helper may be called tr:\n'"$helpers"
fi
# tr() of a variable: the text itself is marked where it stands.
while IFS=: read -r file line call; do
    grep -q 'QT_TRANSLATE_NOOP(' "${file%.*}.cpp" ||
        problems+=$'\nA text that lupdate does not see is translated; mark it with QT_TRANSLATE_NOOP where it stands:\n'"$file:$line:$call"
done < <(git grep -nE '\btr\([a-zA-Z_][]A-Za-z_.>()[-]*\)' -- app core services ui || true)
# A marked text is asked for under the same context.
while IFS= read -r marked; do
    file="${marked%% *}"
    context="${marked##* }"
    grep -qE "Q_DECLARE_TR_FUNCTIONS\($context\)" "$file" "${file%.*}.h" 2>/dev/null ||
        [[ $context == "countersign::$(basename "${file%.*}")" ]] ||
        problems+=$'\n'"$file: nobody asks for texts of the context $context."
done < <(sources | xargs grep -HzoP 'QT_TRANSLATE_NOOP\(\s*"\K[\w:]+' | tr '\0' '\n' | sed 's/:/ /' | sort -u)
[[ -z $problems ]] && exit 0
printf '%s\n' "$problems" >&2
exit 1
