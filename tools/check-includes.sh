#!/usr/bin/env bash
# Are the includes honest? Units and precompiled headers hide a missing #include; this compiles files one by one and
# without either (preset "single"), as far as the syntax.
#   tools/check-includes.sh            a fortieth of the files, another one after each commit (what ./test does)
#   tools/check-includes.sh --all      every file
#   tools/check-includes.sh FILE…      these
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

cmake --preset single -DCOUNTERSIGN_TESTS=OFF >/dev/null
exec python3 - "$(git rev-list --count HEAD 2>/dev/null || echo 0)" "$@" <<'PYTHON'
import json, os, shlex, subprocess, sys

slices = 40
turn, wanted = int(sys.argv[1]), sys.argv[2:]
top = os.getcwd()
commands = {}
for entry in json.load(open("build/single/compile_commands.json")):
    name = os.path.relpath(entry["file"], top)
    if not name.startswith("build/"):
        commands[name] = entry
names = sorted(commands)
if wanted == ["--all"]:
    chosen = names
elif wanted:
    chosen = [name for name in names if name in wanted]
else:
    chosen = names[turn % slices :: slices]
failed = 0
for name in chosen:
    entry = commands[name]
    words = shlex.split(entry["command"])
    cut = words.index("-o")
    command = words[:cut] + words[cut + 2 :] + ["-fsyntax-only"]
    failed += subprocess.run(command, cwd=entry["directory"], check=False).returncode != 0
print(f"{len(chosen)} of {len(names)} files compiled by themselves, {failed} failed")
sys.exit(failed != 0)
PYTHON
