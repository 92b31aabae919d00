"""ask.py DIR, run beside BuildStream: asks it for the keys of DIR/corpus, variant by variant, and of DIR/generated, into DIR/answers.jsonl.

A plugin that a project declares and does not have is put there from kinds.py, where that knows the kind; other projects are said to be skipped.
"""
import json
import os
import pathlib
import shutil
import subprocess
import sys

from ruamel.yaml import YAML

import kinds


def lay_plugins(project):
    """Names the kinds that are still missing."""
    missing = []
    for conf in project.rglob("project.conf"):
        for origin in YAML(typ="safe").load(conf).get("plugins", []) or []:
            if origin["origin"] != "local":
                continue
            folder = conf.parent / origin["path"]
            for kind in origin.get("elements", []) + origin.get("sources", []):
                file = folder / f"{kind}.py"
                if file.exists():
                    continue
                folder.mkdir(parents=True, exist_ok=True)
                if kind in kinds.KINDS:
                    shutil.copy(kinds.__file__, file)
                else:
                    missing.append(kind)
    return missing


def used_kinds(project):
    text = "".join(file.read_text(errors="replace") for file in project.rglob("*.bst"))
    return {word for line in text.splitlines() for word in line.replace("{", " ").replace(",", " ").replace("}", " ").split("kind:")[1:2]
            for word in word.split()[:1]}


def ask(root, project, variant):
    arguments = []
    if "userconf" in variant:
        conf = root / "user.conf"
        conf.write_text(variant["userconf"])
        arguments += ["--config", str(conf)]
    arguments += ["--max-jobs", "4", "-C", str(project)]
    if not variant.get("strict", True):
        arguments.append("--no-strict")
    for option in variant.get("options", {}).items():
        arguments += ["-o", *option]
    arguments += ["show", "--deps", variant.get("deps", "all"), "--order", variant.get("order", "stage")]
    for excepted in variant.get("except", []):
        arguments += ["--except", excepted]
    arguments += variant["targets"]
    run = subprocess.run([sys.executable, str(root / "keys.py"), *arguments], stdin=subprocess.DEVNULL, capture_output=True, text=True)
    return {
        "project": str(project.relative_to(root)),
        "variant": variant,
        "keys": [line.split() for line in run.stdout.splitlines() if line.strip()] if run.returncode == 0 else None,
        "skipped": None if run.returncode == 0 else "bst: " + (run.stderr.strip().splitlines() or ["no word"])[-1],
    }


def answers(root):
    for project in sorted((root / "corpus").iterdir()):
        if not (project / "expected.json").exists():
            continue
        missing = used_kinds(project) & set(lay_plugins(project))
        for variant in json.loads((project / "expected.json").read_text())["variants"]:
            names = [element["name"] for element in variant.pop("elements")]
            # Without targets the reference shows all elements in the order of the disk.
            variant["targets"] = variant["targets"] or [name for name in names if ":" not in name]
            if missing:
                yield {"project": f"corpus/{project.name}", "variant": variant, "keys": None, "skipped": f"no plugin for {', '.join(sorted(missing))}"}
            else:
                yield ask(root, project, variant)
    yield ask(root, root / "generated", {"name": "generated", "targets": ["all.bst"]})


root = pathlib.Path(sys.argv[1])
os.chdir(root)
with open(root / "answers.jsonl", "w") as file:
    for answer in answers(root):
        print(json.dumps(answer), file=file)
