#!/usr/bin/env bash
# What clang-tidy (.clang-tidy) and clazy (.clazy) find. Nothing is built: no source includes what the build makes.
#   tools/tidy.sh --all    every file of app, core, services and ui
#   tools/tidy.sh FILE…    these and the headers that they include
# Both read a file's headers for most of their time. So the files wanted of one library are read as one unit, larger
# than the build's, and ten changed files cost little more than one. Prints each finding once and how long it took;
# COUNTERSIGN_LINT_VERBOSE=1 tells it of each unit.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

cmake --preset lint >/dev/null
exec python3 - "$@" <<'PYTHON'
import concurrent.futures, json, os, re, resource, shlex, subprocess, sys, time

UNIT_FILES = 24
top = os.getcwd()
folder = f"{top}/build/lint/units"
os.makedirs(folder, exist_ok=True)
is_verbose = "COUNTERSIGN_LINT_VERBOSE" in os.environ
readers = {
    "clang-tidy": ["clang-tidy-19", "--quiet", "--config-file=.clang-tidy"],
    "clazy": ["clazy-standalone", "-checks=" + open(".clazy").read().strip()],
}

entries = {}
for entry in json.load(open("build/lint/compile_commands.json")):
    name = os.path.relpath(entry["file"], top)
    if not name.startswith("build/"):
        entries[name] = shlex.split(entry["command"])


def command_of(name):
    """The file's own, or that of the source which is nearest to a header."""
    return entries.get(name) or max(entries.items(), key=lambda item: len(os.path.commonprefix([item[0], name])))[1]


def is_wanted(name):
    return name in entries or re.match(r"(app|core|services|ui)/.*\.h$", name)


wanted = sorted(entries) if sys.argv[1:] == ["--all"] else sorted(filter(is_wanted, set(sys.argv[1:])))
libraries = {}
for name in wanted:
    command = command_of(name)
    library = os.path.basename(command[command.index("-o") + 1].split(".dir/")[0])
    libraries.setdefault(library, (command, []))[1].append(name)

units = []
for library, (command, names) in libraries.items():
    # The compiler's own warnings are the build's matter, and a larger unit has shadows that the build's have not.
    flags = [word for word in command[1 : command.index("-o")] if not word.startswith("-W")]
    count = max(1, round(sum(name.endswith(".cpp") for name in names) / UNIT_FILES))
    units += [(f"{library}_{number}", names[number::count], flags) for number in range(count)]


def read(job):
    reader, unit, names, flags = job
    path = f"{folder}/{unit}.cpp"
    with open(path, "w") as out:
        out.writelines(f'#include "{top}/{name}"  // NOLINT(bugprone-suspicious-include)\n' for name in names)
    began = time.monotonic()
    run = subprocess.run([*readers[reader], path, "--", *flags], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                         stderr=subprocess.STDOUT, text=True, check=False)
    told = f"{reader}: {unit}, {len(names)} files, {time.monotonic() - began:.0f} s\n" if is_verbose else ""
    text = run.stdout
    does_compile = not re.search(r"(?m)^\S+:\d+:\d+: (fatal )?error: (?!.*,-warnings-as-errors\]$)", text)
    if len(names) > 1 and not does_compile:
        # Two files have a name in common, which the build's smaller units need not notice.
        halves = [read((reader, f"{unit}_{half}", names[half::2], flags)) for half in range(2)]
        return told + "".join(half[0] for half in halves), any(half[1] for half in halves)
    return told + text, run.returncode != 0


began = time.monotonic()
# The long ones first, so that none is left to run alone at the end.
units.sort(key=lambda unit: len(unit[1]), reverse=True)
jobs = [(reader, *unit) for reader in readers for unit in units]
said, has_failed = set(), False
with concurrent.futures.ThreadPoolExecutor(int(os.environ.get("COUNTERSIGN_LINT_JOBS", os.cpu_count() or 1))) as pool:
    for text, failed in pool.map(read, jobs):
        has_failed |= failed
        # A finding is what starts with a place; its notes and the line that it is about follow.
        parts = re.split(r"(?m)^(?=\S+:\d+:\d+: (?:warning|error|fatal error): )", text)
        findings = [part.replace(top + "/", "") for part in parts if re.match(r"\S+:\d+:\d+: ", part)]
        if is_verbose or (failed and not findings):
            print(parts[0], end="", flush=True)
        for finding in findings:
            key = finding.splitlines()[0]
            if key not in said:
                said.add(key)
                print(finding, end="", flush=True)
usage = resource.getrusage(resource.RUSAGE_CHILDREN)
print(f"{len(wanted)} files in {len(units)} units, {len(said)} findings: {time.monotonic() - began:.0f} s, "
      f"{usage.ru_utime + usage.ru_stime:.0f} s of CPU time")
sys.exit(has_failed or len(said) != 0)
PYTHON
