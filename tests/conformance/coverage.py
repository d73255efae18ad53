#!/usr/bin/env python3
"""Which case uses which key of docker's schema 3.13, in which form, and what changes when its value does.

    coverage.py SKEP             for every key and form: a case uses it, and with its value changed skep sends another body
                                 than the one recorded from docker, or docs/compose.md says that it is ignored or dropped.
                                 Prints the counts and what is not so, and exits 1 then. coverage.md must say the same.
    coverage.py SKEP --write     writes coverage.md anew
    coverage.py --keys SCHEMA    prints the list of keys (keys.txt) from docker/cli's config_schema_v3.13.json

Needs PyYAML, which gives the place of each value, so that it can be changed in the text.
"""
import argparse
import concurrent.futures
import json
import os
import pathlib
import re
import sys
import tempfile

import yaml

sys.path.insert(0, str(pathlib.Path(__file__).parent))
import run as conformance  # noqa: E402

HERE = conformance.HERE
KEYS = HERE / "keys.txt"
TABLE = HERE / "coverage.md"
DOCS = HERE.parent.parent / "docs" / "compose.md"
# In no body, and not because they are ignored.
ELSEWHERE = {
    "version": "decides which keys docker takes",
    "services": "a section", "networks": "a section", "volumes": "a section", "secrets": "a section", "configs": "a section",
}
# Kinds that the schema takes and docker's decoder refuses.
REFUSED_BY_DECODER = {("services.*.shm_size", "number"): "docker's decoder refuses it: refused/shm_size_number"}
# Other values that a key can have; else one is made of the value that is there. Of each the first that is another.
OTHER = {
    "services.*.image": ['"b:2"'], "services.*.env_file": ["data/two.env", "data/one.env"],
    "services.*.env_file.[]": ["data/two.env", "data/one.env"], "services.*.isolation": ["process", "hyperv"],
    "services.*.restart": ["always", "on-failure"], "services.*.deploy.mode": ["global", "replicated"],
    "services.*.deploy.endpoint_mode": ["dnsrr", "vip"],
    "services.*.deploy.update_config.failure_action": ["continue", "pause"],
    "services.*.deploy.update_config.order": ["start-first", "stop-first"],
    "services.*.deploy.rollback_config.failure_action": ["continue", "pause", "rollback"],
    "services.*.deploy.rollback_config.order": ["start-first", "stop-first"],
    "services.*.deploy.restart_policy.condition": ["none", "on-failure"],
    "services.*.deploy.placement.constraints.[]": ["node.role == worker", "node.role == manager"],
    "services.*.deploy.resources.limits.cpus": ['"0.125"'], "services.*.deploy.resources.reservations.cpus": ['"0.125"'],
    "services.*.deploy.resources.limits.memory": ["77m"], "services.*.deploy.resources.reservations.memory": ["7m"],
    "services.*.deploy.resources.reservations.generic_resources.[].discrete_resource_spec.kind": ["ssd", "gpu"],
    "services.*.ports.[]": ['"4321:1234"'], "services.*.ports.[].protocol": ["udp", "tcp"],
    "services.*.ports.[].mode": ["host", "ingress"], "services.*.ports.[].target": ["4321"],
    "services.*.ports.[].published": ["4321"], "services.*.volumes.[]": ["/changed"],
    "services.*.volumes.[].type": ["tmpfs", "bind"], "services.*.volumes.[].bind.propagation": ["rslave", "private"],
    "services.*.volumes.[].source": ["/changed", "group:changed"],
    "services.*.extra_hosts.[]": ['"changed:10.1.2.3"'], "services.*.dns": ["4.4.4.4"], "services.*.dns.[]": ["4.4.4.4"],
    "services.*.healthcheck.test": ["changed"], "networks.*.ipam.config.[].subnet": ["10.99.0.0/24"],
    "secrets.*.file": ["data/hello.txt", "data/page.tmpl"], "configs.*.file": ["data/page.tmpl", "data/hello.txt"],
}
# What stands for nothing, as something.
FILLED = {
    "networks.*": "{internal: true}", "volumes.*": "{driver: changed}", "services.*.deploy": "{replicas: 7}",
    "services.*.networks.*": "{aliases: [changed]}",
}
# The sections whose names a value of these may be.
REFERENCES = {
    "services.*.networks.[]": "networks", "services.*.secrets.[]": "secrets", "services.*.secrets.[].source": "secrets",
    "services.*.configs.[]": "configs", "services.*.configs.[].source": "configs", "services.*.volumes.[].source": "volumes",
    "services.*.credential_spec.config": "configs",
}


def keys_of_schema(path):
    """Paths with the kinds of values that the schema takes there."""
    root = json.loads(pathlib.Path(path).read_text(encoding="utf-8"))
    keys = {}

    def below(path, name):
        return f"{path}.{name}" if path else name

    def walk(node, path):
        if "$ref" in node:
            target = root
            for part in node["$ref"].lstrip("#/").split("/"):
                target = target[part]
            return walk(target, path)
        if "oneOf" in node:
            for one in node["oneOf"]:
                walk(one, path)
            return None
        kinds = node.get("type", "any")
        keys.setdefault(path, set()).update([kinds] if isinstance(kinds, str) else kinds)
        for name, child in node.get("properties", {}).items():
            walk(child, below(path, name))
        for pattern, child in node.get("patternProperties", {}).items():
            walk(child, below(path, "x-*" if pattern == "^x-" else "*"))
        if "items" in node:
            walk(node["items"], below(path, "[]"))
        return None

    walk(root, "")
    del keys[""]
    return {path: sorted(kinds) for path, kinds in sorted(keys.items())}


def read_keys():
    keys = {}
    for line in KEYS.read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            path, _, kinds = line.partition(": ")
            keys[path] = kinds.split(", ")
    return keys


def said_to_be_left_out():
    """Of each key that docs/compose.md says is not sent: why. A row counts for all below it."""
    result = {}
    for line in DOCS.read_text(encoding="utf-8").splitlines():
        cells = [cell.strip() for cell in re.split(r"(?<!\\)\|", line)]
        if len(cells) != 6 or not cells[1].startswith("`"):
            continue
        key, becomes = cells[1].strip("`"), cells[4]
        if becomes.startswith(("ignored: ", "not on Swarm: ", "an error: ")):
            result[key] = becomes
        elif "; docker " in becomes:
            result[key] = becomes.partition("; ")[2]
    return result


def left_out(path, rows):
    while path:
        if path in rows:
            return rows[path]
        path = path.rpartition(".")[0]
    return ""


class Use:
    """A value in a case file."""

    def __init__(self, case, path, kind, node, parent):
        self.case, self.path, self.kind, self.node, self.parent = case, path, kind, node, parent

    def leaves(self, keys):
        """This value and those below it that are scalars, with their paths."""
        found = []
        walk(self.case, self.node, self.path, keys, found, self.parent)
        return [use for use in found if isinstance(use.node, yaml.ScalarNode)]


def kinds_of(node):
    if isinstance(node, yaml.MappingNode):
        return ["object"]
    if isinstance(node, yaml.SequenceNode):
        return ["array"]
    tag = node.tag.rpartition(":")[2]
    text = node.value
    if node.style in ("'", '"', "|", ">"):
        return ["string", "boolean", "integer", "number"] if text.startswith("$") else ["string"]
    if tag == "null":
        return ["null"]
    if text in ("true", "false", "True", "False", "TRUE", "FALSE"):
        return ["boolean"]
    if re.fullmatch(r"[-+]?(0o?[0-7]+|0x[0-9a-fA-F]+|[0-9_]+)", text):
        return ["integer", "number"]
    if re.fullmatch(r"[-+]?[0-9]*\.?[0-9]+([eE][-+]?[0-9]+)?", text):
        return ["number", "integer"] if text.endswith(".0") else ["number"]
    return ["string", "boolean", "integer", "number"] if text.startswith("$") else ["string"]


def child_path(path, name, keys):
    base = f"{path}." if path else ""
    if base + name in keys:
        return base + name
    if name.startswith("x-") and base + "x-*" in keys:
        return base + "x-*"
    return base + "*" if base + "*" in keys else None


def walk(case, node, path, keys, found, parent=None):
    """Every value of the file that has a key of the schema. What an anchor or a merge brings counts where it is used."""
    if path:
        for kind in kinds_of(node):
            if kind in keys[path] or "any" in keys[path]:
                found.append(Use(case, path, "any" if "any" in keys[path] else kind, node, parent))
    if isinstance(node, yaml.MappingNode):
        for name, value in node.value:
            if name.value == "<<":
                for merged in value.value if isinstance(value, yaml.SequenceNode) else [value]:
                    walk_merged(case, merged, path, keys, found)
                continue
            below = child_path(path, name.value, keys)
            if below:
                walk(case, value, below, keys, found, node)
    elif isinstance(node, yaml.SequenceNode) and f"{path}.[]" in keys:
        for item in node.value:
            walk(case, item, f"{path}.[]", keys, found, node)


def walk_merged(case, node, path, keys, found):
    for name, value in node.value:
        below = child_path(path, name.value, keys)
        if below and name.value != "<<":
            walk(case, value, below, keys, found, node)


def names_of(root, section):
    for name, value in root.value:
        if name.value == section and isinstance(value, yaml.MappingNode):
            return [key.value for key, _ in value.value]
    return []


def others(use, root):
    """(start, end, text) of a change of the file's text, best first; and a name that the swarm must know then."""
    node, path = use.node, use.path
    start, end = node.start_mark.index, node.end_mark.index
    old = node.value
    if path in ("secrets.*.external", "configs.*.external"):
        return [(use.parent.start_mark.index, use.parent.end_mark.index, "{file: data/hello.txt}", "")]
    if path in REFERENCES:
        names = [name for name in names_of(root, REFERENCES[path]) if name != old]
        if path == "services.*.networks.[]":
            names.append("default")
        if names:
            return [(start, end, name, "") for name in names if name != old]
    if path in OTHER:
        return [(start, end, text, "") for text in OTHER[path] if text.strip('"') != old]
    kinds = kinds_of(node)
    if "null" in kinds:
        text = FILLED.get(path, "changed")
        return [(start, end, f" {text} ", "")]
    if "boolean" in kinds and old.lower() in ("true", "false"):
        return [(start, end, "false" if old.lower() == "true" else "true", "")]
    if re.search(r"\.(delay|monitor|interval|timeout|start_period|start_interval|window|stop_grace_period)$", path):
        return [(start, end, text, "") for text in ("17s", "23s") if text != old]
    if "integer" in kinds and not old.startswith("$"):
        return [(start, end, text, "") for text in ("73", "74") if text != old]
    if "number" in kinds and not old.startswith("$"):
        return [(start, end, text, "") for text in ("0.375", "0.625") if text != old]
    name = f"{old}x"
    return [(start, end, json.dumps(name), name if path.endswith(".name") else "")]


def changed_bodies(skep, case, text, more):
    """What skep sends for the case with this text, or None when it refuses it."""
    asked = conformance.header(case)
    for kind in ("network", "secret", "config"):
        asked[kind] = asked[kind] + ([more] if more else [])
    with tempfile.NamedTemporaryFile("w", suffix=".yml", dir=conformance.CASES, prefix=".changed-", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        try:
            status, bodies, _ = conformance.run(conformance.skep_command(skep, "none"), pathlib.Path(file.name), asked)
        except (conformance.Failed, OSError):
            return None
    return bodies if status == 0 else None


def moves(skep, use, texts, roots, keys):
    """Whether some change of this value, or of one below it, makes skep send something else than docker's body."""
    case = use.case
    recorded = conformance.read_json(conformance.RECORDED / f"{case.stem}.json")["bodies"]
    tries = 0
    for leaf in use.leaves(keys) or ([use] if isinstance(use.node, yaml.ScalarNode) else []):
        for start, end, text, more in others(leaf, roots[case]):
            tries += 1
            if tries > 6:
                return ""
            old = texts[case]
            bodies = changed_bodies(skep, case, old[:start] + text + old[end:], more)
            if bodies is None:
                continue
            found = next(iter(conformance.differences("", recorded, bodies)), None)
            if found:
                return f"{old[start:end].strip() or 'nothing'} → {text.strip()}: {found[0]}"
    if not isinstance(use.node, yaml.ScalarNode) and not use.leaves(keys):
        return filled(skep, use, texts, recorded)
    return ""


# An empty list or map of a key, with something in it.
FILLINGS = {"object": ["{changed: x}", "{replicas: 7}", "{name: changed}", "{parallelism: 5}", "{constraints: [node.role == worker]}"],
            "array": ["[changed]", "[/changed]", '["4321:1234"]', '["h:10.1.2.3"]']}


def filled(skep, use, texts, recorded):
    old = texts[use.case]
    for text in FILLINGS.get(use.kind, []):
        bodies = changed_bodies(skep, use.case, old[:use.node.start_mark.index] + text + old[use.node.end_mark.index:], "changed")
        found = bodies is not None and next(iter(conformance.differences("", recorded, bodies)), None)
        if found:
            return f"empty → {text}: {found[0]}"
    return ""


def look(skep):
    """Rows of the table: (key, kind, number of cases, first case, what happens)."""
    keys, rows = read_keys(), said_to_be_left_out()
    texts, roots, found = {}, {}, []
    for case in sorted(conformance.CASES.glob("*.yml")):
        texts[case] = case.read_text(encoding="utf-8")
        roots[case] = yaml.compose(texts[case])
        walk(case, roots[case], "", keys, found)
    uses = {}
    for use in found:
        uses.setdefault((use.path, use.kind), []).append(use)

    def row(question):
        path, kind = question
        used = uses.get(question, [])
        cases = sorted({use.case.stem for use in used})
        why = left_out(path, rows) or ELSEWHERE.get(path, "") or ("for your own use" if path.endswith("x-*") else "")
        if question in REFUSED_BY_DECODER:
            return path, kind, cases, REFUSED_BY_DECODER[question], "left out"
        if not used:
            return path, kind, cases, "", "no case"
        if why:
            return path, kind, cases, why, "left out"
        by_case = {use.case: use for use in reversed(used)}
        for use in list(by_case.values())[:20]:
            moved = moves(skep, use, texts, roots, keys)
            if moved:
                return path, kind, cases, f"{use.case.stem}: {moved}", "changes a body"
        return path, kind, cases, "", "changes nothing"

    questions = [(path, kind) for path, kinds in keys.items() for kind in kinds]
    with concurrent.futures.ThreadPoolExecutor(conformance.AT_ONCE) as pool:
        return list(pool.map(row, questions))


def table_of(rows):
    lines = ["# Which case uses which key of docker's schema 3.13, in which form",
             "", "Written by `tests/conformance/coverage.py SKEP --write`, and held to it in CI.",
             "", "| key | form | cases | what happens when its value changes |", "|---|---|---|---|"]
    for path, kind, cases, words, verdict in rows:
        shown = ", ".join(cases[:3]) + (f" and {len(cases) - 3} more" if len(cases) > 3 else "")
        lines.append(f"| `{path}` | {kind} | {shown} | {verdict}{': ' if words else ''}{words.replace('|', chr(92) + '|')} |".replace("\n", " "))
    return "\n".join(lines) + "\n"


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("skep", nargs="?")
    parser.add_argument("--write", action="store_true")
    parser.add_argument("--keys")
    args = parser.parse_args()
    if args.keys:
        print("# Every key of docker's schema 3.13 and the kinds of values it takes there (coverage.py --keys).")
        for path, kinds in keys_of_schema(args.keys).items():
            print(f"{path}: {', '.join(kinds)}")
        return 0
    if not args.skep:
        parser.error("the path of skep is missing")
    rows = look(os.path.abspath(args.skep))
    table = table_of(rows)
    if args.write:
        TABLE.write_text(table, encoding="utf-8")
    counts = {}
    for path, kind, _, _, verdict in rows:
        counts[verdict] = counts.get(verdict, 0) + 1
        if verdict in ("no case", "changes nothing"):
            print(f"{verdict.upper()}: {path} as {kind}")
    bad = counts.get("no case", 0) + counts.get("changes nothing", 0)
    verdicts = ("changes a body", "left out", "no case", "changes nothing")
    cases = [[row[:3] for row in rows], TABLE.exists() and TABLE.read_text(encoding="utf-8") == table]
    stale = not args.write and not cases[1]
    if stale:
        print("coverage.md is not what this run found: coverage.py SKEP --write")
    print(f"coverage of docker's schema 3.13: {len({row[0] for row in rows})} keys in {len(rows)} forms: "
          + ", ".join(f"{counts.get(verdict, 0)} {verdict}" for verdict in verdicts))
    return 1 if bad or stale else 0


if __name__ == "__main__":
    sys.exit(main())
