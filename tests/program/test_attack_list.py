"""docs/security.md says of each attack, and of each sentence, which test holds it: all of them are there."""
import pathlib
import re
import unittest

TOP = pathlib.Path(__file__).resolve().parents[2]
FILES = {}  # name → paths: two modules may have one of the same name
for path in (TOP / "tests").rglob("*"):
    if path.suffix in (".py", ".cpp"):
        FILES.setdefault(path.name, []).append(path)
HELD = re.compile(r"`([a-z_]+\.(?:py|cpp))`|\"([^\"]+)\"|`(test_[a-z0-9_]+)`")


def tests_of(file):
    """The names of the tests of a file."""
    text = "".join(path.read_text(encoding="utf-8") for path in FILES[file])
    if file.endswith(".py"):
        return re.findall(r"def (test_\w+)\(", text)
    return [re.sub(r"\"\s+\"", "", name) for name in re.findall(r'TEST_CASE\(\s*"((?:[^"\\]|\\.|"\s+")*)",', text)]


def missing(cell):
    """What a cell of the table names and is not there, in words."""
    wrong, file, named = [], None, 0
    for name, sentence, method in HELD.findall(cell):
        if name:
            file = name
            if name not in FILES:
                wrong.append(f"no file {name}")
        else:
            named += 1
            if file in FILES and (sentence or method) not in tests_of(file):
                wrong.append(f"{file} has no test {sentence or method}")
    return wrong or ([] if named else [f"no test is named: {cell}"])


class TestAttackList(unittest.TestCase):
    def setUp(self):
        self.text = (TOP / "docs/security.md").read_text(encoding="utf-8")

    def test_each_attack_has_the_tests_that_are_named(self):
        rows = [line.strip("| ").split(" | ") for line in self.text.splitlines() if line.startswith("| ") and not line.startswith("| **")]
        rows = [row for row in rows if row[0] != "tried"]
        for row in rows:
            with self.subTest(attack=row[0]):
                self.assertEqual(len(row), 2, row)
                self.assertEqual(missing(row[1]), [])
        self.assertGreater(len(rows), 35)
        print(f"attacks: {len(rows)} rows, {sum(len(HELD.findall(row[1])) for row in rows)} names", flush=True)

    def test_each_sentence_names_files_that_are_there(self):
        for files in re.findall(r"\*\((`.*?)\)\*", self.text):
            for name in re.findall(r"`([\w]+\.(?:py|cpp))`", files):
                self.assertIn(name, FILES)

    def test_a_test_that_is_not_there_is_found(self):
        self.assertEqual(missing('`files_test.cpp` "no such test"'), ["files_test.cpp has no test no such test"])
        self.assertEqual(missing("`nowhere_test.cpp` `test_x`"), ["no file nowhere_test.cpp"])
        self.assertEqual(missing("`test_hostile.py` `test_nothing`"), ["test_hostile.py has no test test_nothing"])
        self.assertEqual(missing("`files_test.cpp`"), ["no test is named: `files_test.cpp`"])


if __name__ == "__main__":
    unittest.main()
