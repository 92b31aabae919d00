"""compare.py BISTRO DIR: holds `bistro show --json` against DIR/answers.jsonl (ask.py); names, their order, full and weak keys."""
import itertools
import json
import pathlib
import subprocess
import sys

bistro, root = sys.argv[1], pathlib.Path(sys.argv[2])


def show(project, variant):
    arguments = [bistro, "--store", str(root / "store"), "--max-jobs", "4", "-C", str(root / project)]
    if "userconf" in variant:
        (root / "bistro.yaml").write_text(variant["userconf"])
        arguments += ["-c", str(root / "bistro.yaml")]
    if not variant.get("strict", True):
        arguments.append("--no-strict")
    for name, value in variant.get("options", {}).items():
        arguments += ["-o", name, value]
    arguments += ["show", "--json", "--deps", variant.get("deps", "all"), "--order", variant.get("order", "stage")]
    for excepted in variant.get("except", []):
        arguments += ["--except", excepted]
    run = subprocess.run(arguments + variant["targets"], stdin=subprocess.DEVNULL, capture_output=True, text=True)
    if run.returncode:
        return [["bistro:", run.stderr.strip()[-300:], ""]]
    return [[element["name"], element["full-key"], element["weak-key"] or "?" * 64] for element in json.loads(run.stdout)["elements"]]


total = equal = 0
for line in open(root / "answers.jsonl"):
    answer = json.loads(line)
    label = f"{answer['project'].removeprefix('corpus/')}, {answer['variant']['name']}"
    if answer["skipped"]:
        print(f"{label}: skipped, {answer['skipped']}")
        continue
    wanted, had = answer["keys"], show(answer["project"], answer["variant"])
    same = sum(w == h for w, h in zip(wanted, had))
    # An element too many counts as one that differs.
    total += max(len(wanted), len(had))
    equal += same
    print(f"{label}: {same}/{len(wanted)}")
    for w, h in [(w, h) for w, h in itertools.zip_longest(wanted, had) if w != h][:3]:
        print(f"   bst    {w}\n   bistro {h}")
print(f"{equal}/{total} equal")
sys.exit(equal != total or total == 0)
