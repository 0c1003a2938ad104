#!/usr/bin/env bash
# What clang-tidy (.clang-tidy) and clazy (.clazy) find. Nothing is built: no source includes what the build makes.
#   tools/tidy.sh --all    every file of app, core, services and ui
#   tools/tidy.sh FILE…    these and the headers that they include
# Both read a file's headers for most of their time. So the files wanted of one library are read as one unit, as in the
# build, and three changed files cost little more than one. A header is read with its library's flags, too.
# Prints what is found, each once; ends with how long it took.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

cmake --preset lint >/dev/null
exec python3 - "$@" <<'PYTHON'
import concurrent.futures, json, os, re, resource, shlex, subprocess, sys, time

UNIT_FILES = 24
top = os.getcwd()
folder = f"{top}/build/lint/units"
os.makedirs(folder, exist_ok=True)

entries = {}
for entry in json.load(open("build/lint/compile_commands.json")):
    name = os.path.relpath(entry["file"], top)
    if not name.startswith("build/"):
        entries[name] = entry


def library_of(entry):
    words = shlex.split(entry["command"])
    return words[words.index("-o") + 1].split(".dir/")[0]


def entry_of(name):
    """The file's own, or that of the source which is nearest to a header."""
    return entries.get(name) or max(entries.items(), key=lambda item: len(os.path.commonprefix([item[0], name])))[1]


wanted = sorted(entries) if sys.argv[1:] == ["--all"] else [name for name in sys.argv[1:] if name in entries or re.match(r"(app|core|services|ui)/.*\.h$", name)]
libraries = {}
for name in wanted:
    entry = entry_of(name)
    libraries.setdefault(library_of(entry), (entry, []))[1].append(name)

units = []
for library, (entry, names) in libraries.items():
    words = shlex.split(entry["command"])
    # The compiler's own warnings are the build's matter, and a larger unit has shadows that the build's have not.
    words = [word for word in words[: words.index("-o")] if not word.startswith("-W")]
    count = max(1, round(sum(name.endswith(".cpp") for name in names) / UNIT_FILES))
    for number in range(count):
        unit = f"{folder}/{library.split('/')[-1].removeprefix('countersign_')}_{number}.cpp"
        part = names[number::count]
        with open(unit, "w") as out:
            out.writelines(f'#include "{top}/{name}"  // NOLINT(bugprone-suspicious-include)\n' for name in part)
        units.append((len(part), unit, {"directory": entry["directory"], "file": unit, "arguments": [*words, "-c", unit]}))
json.dump([unit[2] for unit in units], open(f"{folder}/compile_commands.json", "w"), indent=1)

readers = {
    "clang-tidy": ["clang-tidy-19", "--quiet", "--config-file=.clang-tidy", "-p", folder],
    "clazy": ["clazy-standalone", "-checks=" + open(".clazy").read().strip(), "-p", folder],
}
said = set()


def read(job):
    reader, count, unit = job
    began = time.monotonic()
    run = subprocess.run([*readers[reader], unit], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
    return reader, count, unit, run.returncode, run.stdout, time.monotonic() - began


began = time.monotonic()
failed = 0
# The long ones first, so that none is left to run alone at the end.
jobs = [(reader, count, unit) for reader in readers for count, unit, _ in sorted(units, reverse=True)]
with concurrent.futures.ThreadPoolExecutor(int(os.environ.get("COUNTERSIGN_LINT_JOBS", os.cpu_count() or 1))) as pool:
    for reader, count, unit, status, text, seconds in pool.map(read, jobs):
        failed += status != 0
        if os.environ.get("COUNTERSIGN_LINT_VERBOSE"):
            print(f"{reader} {unit} {count} files {seconds:.1f} s", flush=True)
        # A finding is what starts with a place; its notes and the line that it is about follow.
        for finding in re.split(r"(?m)^(?=\S+:\d+:\d+: (?:warning|error|fatal error): )", text):
            if re.match(r"\S+:\d+:\d+: ", finding) and (key := finding.splitlines()[0]) not in said:
                said.add(key)
                print(finding.replace(top + "/", ""), end="", flush=True)
            elif status != 0 and "\n" not in said and not re.match(r"\S+:\d+:\d+: ", finding) and re.search("(?i)error", finding):
                print(finding, end="", flush=True)
usage = resource.getrusage(resource.RUSAGE_CHILDREN)
print(f"{len(wanted)} files in {len(units)} units: {len(said)} findings; {time.monotonic() - began:.0f} s ({usage.ru_utime + usage.ru_stime:.0f} s of CPU time)")
sys.exit(failed != 0 or len(said) != 0)
PYTHON
