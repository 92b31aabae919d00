"""conditions.py DIR [COUNT], run beside BuildStream: random conditions, and BuildStream's own verdict on each, into DIR/conditions.json.

The options that they ask for are in DIR/options.yaml. Some conditions are bent, as by a slip of the keyboard.
"""
import copy
import json
import os
import random
import sys

from buildstream import _yaml
from buildstream._options.optionpool import OptionPool

OPTIONS = """
yes: {type: bool, description: d, default: True}
no: {type: bool, description: d, default: False}
color: {type: enum, description: d, values: [red, blue, '', '10', Red], default: red}
empty: {type: enum, description: d, values: ['', x], default: ''}
flags: {type: flags, description: d, values: [a, b, c, red], default: [b, a]}
unset: {type: flags, description: d, values: [a, b]}
machine: {type: arch, description: d, values: [x86_64, aarch64]}
system: {type: os, description: d, values: [Linux, Windows]}
mask: {type: element-mask, description: d, default: [one.bst]}
"""
NAMES = ["yes", "no", "color", "empty", "flags", "unset", "machine", "system", "mask", "ghost", "True", "false", "none", "0", "1", "10"]
TEXTS = ["red", "blue", "", "10", "a", "b", "x86_64", "86", "Linux", "one.bst", "True", " red ", "RED", "it's"]
FILTERS = ["length", "lower", "upper", "trim", "string", "default('x')", "join(',')", "first", "last", "sort", "reverse", "list", "max", "int"]
TESTS = ["defined", "undefined", "none", "true", "string", "number", "integer", "sequence", "odd", "eq 1", "ne 'x'", "in flags", "divisibleby 2", "gt 1"]
METHODS = ["startswith('r')", "endswith('d')", "upper()", "strip()", "split('e')", "replace('r', 'b')", "find('e')", "count('a')"]
BITS = ["=", "==", "!", "&&", "(", ")", "[", "]", ",", ".", "|", "~", '"', "'", "not", "in", "or", "if", "is", "\\", "#", "$", "1_0", "007", "é", "9z"]


def text(pick):
    quote = pick.choice("'\"")
    return quote + pick.choice(TEXTS).replace(quote, "\\" + quote) + quote


def atom(pick, depth):
    form = pick.random()
    if form < 0.5:
        return pick.choice(NAMES)
    if form < 0.85 or depth == 0:
        return text(pick)
    items = ", ".join(atom(pick, 0) for _ in range(pick.randint(0, 3)))
    return pick.choice(["[{}]", "({},)", "({})"]).format(items)


def condition(pick, depth):
    if depth == 0:
        return atom(pick, 0)
    left, right = condition(pick, depth - 1), condition(pick, depth - 1)
    return pick.choice([
        f"{left} {pick.choice(['==', '!=', '<', '<=', '>', '>=', 'in', 'not in'])} {right}",
        f"{left} {pick.choice(['and', 'or'])} {right}",
        f"not {left}",
        f"({left})",
        f"{left} {pick.choice(['~', '+', '-', '*', '//'])} {right}",
        f"{left} if {right} else {atom(pick, 1)}",
        f"{atom(pick, 1)} | {pick.choice(FILTERS)}",
        f"{atom(pick, 1)} is {pick.choice(['', 'not '])}{pick.choice(TESTS)}",
        f"{atom(pick, 1)}.{pick.choice(METHODS)}",
        f"{atom(pick, 1)}[{pick.choice(['0', '-1', '5', '1:', ':1', 'yes'])}]",
        atom(pick, 2),
    ])


def bent(pick, written):
    start = pick.randint(0, len(written))
    return written[:start] + pick.choice(BITS) + written[start + pick.randint(0, 2):]


def verdict(pool, values, written):
    pool._variables = copy.deepcopy(values)  # a condition can change the lists of flags
    try:
        return str(pool._evaluate(written))
    except Exception:  # BuildStream crashes where values have no order
        return "mistake"


root, count = sys.argv[1], int((sys.argv[2:] or ["5000"])[0])
os.makedirs(f"{root}/elements", exist_ok=True)
for name in ("one.bst", "two.bst"):
    open(f"{root}/elements/{name}", "w").close()
with open(f"{root}/options.yaml", "w") as file:
    file.write(OPTIONS)
pool = OptionPool(f"{root}/elements")
pool.load(_yaml.load_data(OPTIONS))
pool.resolve()
values = dict(pool._variables)
pick = random.Random(4)
written = {}
while len(written) < count:
    one = condition(pick, pick.randint(0, 3))
    one = bent(pick, one) if pick.random() < 0.3 else one
    if len(one) < 300 and not any(mark in one for mark in ("%}", "{%", "{{", "{#")):
        written[one] = verdict(pool, values, one)
with open(f"{root}/conditions.json", "w") as file:
    json.dump(list(written.items()), file)
