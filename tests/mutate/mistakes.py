"""One mistake put into a good file: all that this program can think of, each with the line where it stands."""
import dataclasses

import positions

# Below these a key is a name that the user chose.
NAMES = """services networks volumes secrets configs services.*.networks services.*.ulimits services.*.depends_on
 mongodb.users nodes nodes.* environments""".split()
# Maps of anything, and lists of NAME=VALUE: nothing in them is a key of the format.
FREE = """environment labels sysctls extra_hosts options driver_opts aux_addresses args headers values devices links security_opt
 external_links expose""".split()

MAPS = "healthcheck logging deploy update_config rollback_config restart_policy resources limits reservations placement ipam".split()
LISTS = "ports configs secrets cap_add cap_drop constraints preferences generic_resources".split()
TEXTS = "image hostname user working_dir stop_signal driver".split()
INTEGERS = """replicas parallelism max_attempts max_replicas_per_node retries target pids oom_score_adj soft hard value""".split()
BOOLEANS = "read_only tty stdin_open init disable attachable internal nocopy".split()
DURATIONS = "delay monitor window interval timeout start_period start_interval stop_grace_period".split()
SIZES = "memory size".split()
COUNTS = "replicas parallelism max_attempts max_replicas_per_node retries".split()

ENUMS = {
    "services.*.deploy.mode": "replicated global replicated-job global-job",
    "services.*.deploy.endpoint_mode": "vip dnsrr",
    "services.*.deploy.update_config.failure_action": "pause continue rollback",
    "services.*.deploy.rollback_config.failure_action": "pause continue rollback",
    "services.*.deploy.update_config.order": "start-first stop-first",
    "services.*.deploy.rollback_config.order": "start-first stop-first",
    "services.*.deploy.restart_policy.condition": "none on-failure any",
    "services.*.restart": "no always unless-stopped on-failure",
    "services.*.ports.[].protocol": "tcp udp sctp",
    "services.*.ports.[].mode": "ingress host",
    "services.*.volumes.[].type": "volume bind tmpfs npipe cluster image",
    "services.*.volumes.[].bind.propagation": "rprivate private rshared shared rslave slave",
}
# Where a name stands that something at the top level must have.
REFERENCES = {
    "services.*.networks": "networks",
    "services.*.secrets.[]": "secrets",
    "services.*.secrets.[].source": "secrets",
    "services.*.configs.[]": "configs",
    "services.*.configs.[].source": "configs",
    "services.*.depends_on.[]": "services",
    "services.*.credential_spec.config": "configs",
}
FILES = ["services.*.env_file", "services.*.env_file.[]", "configs.*.file", "secrets.*.file"]
LETTERS = "abcdefghijklmnopqrstuvwxyz"


@dataclasses.dataclass
class Mistake:
    kind: str
    path: str  # of the table: services.*.ports.[]
    start: int  # the text from here …
    end: int
    new: str  # … becomes this
    at: int  # where in the new text, counted from start, the mistake stands
    word: str = ""  # a misspelt word; then the hint must name one of `meant`, or one as near
    meant: tuple = ()

    def apply(self, text):
        return text[:self.start] + self.new + text[self.end:]

    def line(self, text):
        return text.count("\n", 0, self.start) + self.new.count("\n", 0, self.at) + 1


def distance(a, b):
    """Edit distance; two neighbours that changed places count as one."""
    rows = [[i + j if i == 0 or j == 0 else 0 for j in range(len(b) + 1)] for i in range(len(a) + 1)]
    for i in range(1, len(a) + 1):
        for j in range(1, len(b) + 1):
            best = min(rows[i - 1][j] + 1, rows[i][j - 1] + 1, rows[i - 1][j - 1] + (a[i - 1] != b[j - 1]))
            if i > 1 and j > 1 and a[i - 1] == b[j - 2] and a[i - 2] == b[j - 1]:
                best = min(best, rows[i - 2][j - 2] + 1)
            rows[i][j] = best
    return rows[-1][-1]


def misspelt(word, random, taken):
    """The word with one or two slips of the finger; never a word of `taken`."""
    while True:
        new = word
        for _ in range(random.choice((1, 1, 2))):
            at = random.randrange(len(new))
            slip = random.randrange(4)
            if slip == 0:
                new = new[:at] + random.choice(LETTERS) + new[at:]
            elif slip == 1:
                new = new[:at] + new[at + 1:] or new
            elif slip == 2:
                new = new[:at] + random.choice(LETTERS) + new[at + 1:]
            elif at + 1 < len(new):
                new = new[:at] + new[at + 1] + new[at] + new[at + 2:]
        far = distance(new, word)
        good = new[0] in LETTERS and not new.startswith("x-") and new not in taken and new not in ("y", "n")
        # With no letter in common it is another word, not a slip.
        if good and 0 < far <= 2 and far < max(len(new), len(word)):
            return new


class Finder:
    """Every mistake that can be put into one file. `known` has the keys seen at each path, of all files."""

    def __init__(self, text, random, known):
        self.text, self.random, self.known = text, random, known
        self.root = positions.read(text)
        self.found = []

    def find(self):
        self.map(self.root, "")
        return self.found

    def add(self, kind, path, start, end, new, at=0, **more):
        self.found.append(Mistake(kind, path, start, end, new, at, **more))

    def replace(self, kind, path, node, new, **more):
        # A null has no blank before it.
        self.add(kind, path, node.start, node.end, " " + new if node.kind == "null" else new, **more)

    def map(self, node, path):
        named = path in NAMES
        for entry in node.entries:
            if entry.key.startswith("x-") or entry.key == "<<":
                continue
            here = (path + "." if path else "") + ("*" if named else entry.key)
            self.duplicate(node, entry, here)
            if not named:
                self.misspell_key(entry, path, here)
            elif path in REFERENCES:
                self.refer(here[:-2], entry.start, entry.key_end, entry.key)
            if entry.key not in FREE or named:
                self.value(entry.value, here, "" if named else entry.key)

    def value(self, node, path, key):
        self.wrong_type(node, path, key)
        self.out_of_range(node, path, key)
        if node.kind == "map":
            self.map(node, path)
        elif node.kind == "list":
            for item in node.items:
                self.value(item, path + ".[]", "")
        elif node.kind == "scalar":
            self.scalar(node, path)
        elif node.kind == "alias":
            self.replace("reference", path, node, "*nothing")

    def scalar(self, node, path):
        word = node.text.strip("\"'")
        target = "services.*.networks" if path == "services.*.networks.[]" else path
        if target in REFERENCES:
            self.refer(target, node.start, node.end, word)
        if path == "services.*.volumes.[]" and ":" in word and word[0] not in "./~" and not word.startswith("C:"):
            name, rest = word.split(":", 1)
            self.replace("reference", path, node, f'"nothing-{name}:{rest}"')
        if path in FILES:
            self.replace("reference", path, node, "./data/nothing.txt")
        if "${VERSION}" in node.text or "${TAG}" in node.text:
            self.replace("reference", path, node, '"${NOTHING}"')
        if path in ENUMS and word in ENUMS[path].split():
            words = ENUMS[path].split()
            wrong = misspelt(word, self.random, words)
            self.replace("enum", path, node, wrong, word=wrong, meant=tuple(words))
            self.replace("range", path, node, "whatever")

    def misspell_key(self, entry, path, here):
        known = self.known.get(path, set())
        wrong = misspelt(entry.key, self.random, known)
        self.add("key", here, entry.start, entry.key_end, wrong, word=wrong, meant=(entry.key,))

    def duplicate(self, node, entry, path):
        # The whole value, but for what is anchored in it: an anchor may stand twice.
        end = max(entry.value.end, entry.key_end + 1)
        copy = self.text[entry.start:end]
        if node.flow:
            self.add("duplicate", path, end, end, ", " + copy, at=2)
        else:
            column = entry.start - (self.text.rfind("\n", 0, entry.start) + 1)
            line_end = self.text.find("\n", end)
            line_end = len(self.text) if line_end < 0 else line_end
            self.add("duplicate", path, line_end, line_end, "\n" + " " * column + copy, at=1)

    def refer(self, path, start, end, word):
        if word == "default":
            return
        wrong = "no-such-" + word
        self.add("reference", path, start, end, wrong)
        names = next((e.value.entries for e in self.root.entries if e.key == REFERENCES[path]), [])
        if len(word) > 2:
            wrong = misspelt(word, self.random, {name.key for name in names})
            self.add("reference", path, start, end, wrong, word=wrong, meant=tuple(name.key for name in names))

    def wrong_type(self, node, path, key):
        if not path.startswith(("services", "networks", "volumes", "secrets", "configs")):
            return
        wrong = []
        if path.count(".") == 1 and path.endswith(".*"):
            wrong = ["5", "[a, b]", "some text"]
        elif path.count(".") == 0:
            wrong = ["5", "[a, b]"]
        elif key in MAPS:
            wrong = ["5", "[a, b]"]
        elif key in LISTS:
            wrong = ["5", "true"] + (["{a: b}"] if key not in ("secrets", "configs") else [])
        elif key in TEXTS:
            wrong = ["[a, b]", "{a: b}", "5", "true"]
        elif key in INTEGERS and not path.endswith(("volumes.[].target", "secrets.[].target", "configs.[].target")):
            wrong = ["many", "[1]", "1.5", "{a: b}"]
        elif key in BOOLEANS:
            wrong = ["perhaps", "[true]", "5"]
        elif key in DURATIONS:
            wrong = ["5", "[5s]", "true"]
        elif key in SIZES:
            wrong = ["[5m]", "{a: b}", "true"]
        if wrong:
            self.replace("type", path, node, self.random.choice(wrong))

    def out_of_range(self, node, path, key):
        wrong = []
        if key in COUNTS:
            wrong = ["-1", "-20"]
        elif key in DURATIONS:
            wrong = ["10 parsecs", "-5s", "1x", "s"]
        elif key in SIZES:
            wrong = ["64q", "-5m", "much"]
        elif key == "cpus":
            wrong = ['"-1"', "lots", '"1/0"', "1e30"]
        elif key == "max_failure_ratio":
            wrong = ["1.5", "-0.1"]
        elif key == "oom_score_adj":
            wrong = ["5000", "-1001"]
        elif key == "subnet":
            wrong = ["10.0.0.0/33", "10.0.0.0", "300.0.0.0/8"]
        elif key == "version":
            wrong = ['"3.99"', '"4"', '"2.4"']
        elif path == "services.*.image":
            wrong = ["Not/An/IMAGE", '"a:1:2"', '"http://a/b"']
        elif path in ("services.*.ports.[].target", "services.*.ports.[].published"):
            wrong = ["70000", "-1"]
        elif path == "services.*.ports.[]" and node.kind == "scalar":
            wrong = ['"70000:80"', '"80:70000"', '"80-70:80"', '"80-85:80-83"', '"80/xyz"', '"a:b"']
        elif path == "services.*.volumes.[]" and node.kind == "scalar":
            wrong = ['"a::b"', '"a:/b:ro:z"', '":"']
        elif path in ("services.*.secrets.[].mode", "services.*.configs.[].mode"):
            wrong = ["99999999", "rw"]
        if wrong:
            self.replace("range", path, node, self.random.choice(wrong))


def seen_keys(node, path, known):
    """Adds the keys of a file to `known`, by the path of their map."""
    for entry in node.entries:
        named = path in NAMES
        if not named:
            known.setdefault(path, set()).add(entry.key)
        if named or entry.key not in FREE:
            seen_keys(entry.value, (path + "." if path else "") + ("*" if named else entry.key), known)
    for item in node.items:
        seen_keys(item, path + ".[]", known)
