"""Each check of check.py finds the fault that is planted for it, in a copy of the code, and names it."""
import os
import shutil
import subprocess
import tempfile
import unittest

import check
import figures



class Planted(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.root = tempfile.mkdtemp(prefix="skep-house-")
        cls.addClassCleanup(shutil.rmtree, cls.root)
        for folder in ("lib", "cmd"):
            shutil.copytree(os.path.join(check.TOP, folder), os.path.join(cls.root, folder))

    def plant(self, path, text):
        """A new file, until the end of the test."""
        path = os.path.join(self.root, path)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "x", encoding="utf-8") as file:
            file.write(text)
        self.addCleanup(os.remove, path)

    def assert_found(self, function, *wanted):
        """These problems, beside those that the code has without what was planted."""
        before = set(function(check.TOP)[0])
        self.assertEqual(list(wanted), [problem for problem in function(self.root)[0] if problem not in before])

    def test_long_header(self):
        self.plant("lib/base/planted.hpp", "#pragma once\n" * 151)
        self.assert_found(check.lengths, "lib/base/planted.hpp: 151 lines, at most 150")

    def test_long_source(self):
        self.plant("cmd/planted.cpp", "\n" * 401)
        self.assert_found(check.lengths, "cmd/planted.cpp: 401 lines, at most 400")

    def test_long_function(self):
        self.plant("lib/base/planted.cpp", "int planted(int a) {\n" + "  a += 1;\n" * 38 + "  return a;\n}\n")
        self.assert_found(check.lengths, "lib/base/planted.cpp:1: planted() has 41 lines, at most 40")

    def test_longest_that_may_be(self):
        self.plant("lib/base/planted.cpp", "int planted(int a) {\n" + "  a += 1;\n" * 37 + "  return a;\n}\n")
        self.assert_found(check.lengths)

    def test_table_that_is_none_any_more(self):
        path = os.path.join(self.root, "lib/stack/fits.cpp")
        os.rename(path, path + ".away")
        self.addCleanup(os.rename, path + ".away", path)
        self.assert_found(check.lengths,
                          "check.py: lib/stack/fits.cpp:fits is no long table any more: take it from the list")

    def test_include_of_our_own(self):
        self.plant("lib/base/planted.cpp", '#include "base/hash.hpp"\nint planted();\n')
        self.assert_found(check.includes, 'lib/base/planted.cpp:1: "base/hash.hpp" is not used')

    def test_include_of_the_standard_library(self):
        self.plant("lib/base/planted.cpp", "#include <optional>\n#include <vector>\nstd::vector<int> planted();\n")
        self.assert_found(check.includes, "lib/base/planted.cpp:1: <optional> is not used")

    def test_include_that_is_used(self):
        self.plant("lib/base/planted.cpp", '#include "base/secret.hpp"\nvoid planted(auto& one) { one.reveal(); }\n')
        self.assert_found(check.includes)

    def test_header_that_needs_another(self):
        self.plant("lib/base/planted.hpp", "#pragma once\nstd::string planted();\n")
        problems = check.headers(self.root, ["lib/base/planted.hpp", "lib/base/error.hpp"])[0]
        self.assertEqual(1, len(problems), problems)
        self.assertRegex(problems[0], r"^lib/base/planted.hpp does not compile alone: lib/base/planted.hpp:2:\d+: error: ")

    def test_script(self):
        self.plant("tests/planted.sh", '#!/bin/bash\nrm -f $1/*\n')
        self.plant("cmd/planted", "#!/usr/bin/env bash\nread line\n")
        problems = check.scripts(self.root)[0]
        self.assertEqual(["SC2162", "SC2034", "SC2086"], [problem[-7:-1] for problem in problems], problems)

    def test_use_after_move(self):
        self.plant("lib/base/planted.cpp", "#include <string>\n#include <utility>\nvoid take(std::string text);\n"
                   "std::size_t planted(std::string text) {\n  take(std::move(text));\n  return text.size();\n}\n")
        problems = check.tidy(self.root, ["lib/base/planted.cpp"])[0]
        self.assertEqual(1, len(problems), problems)
        self.assertRegex(problems[0], r"^lib/base/planted.cpp:6:10: error: 'text' used after it was moved "
                         r"\[bugprone-use-after-move")

    def test_mistake_in_a_header(self):
        self.plant("lib/base/planted.hpp", "#pragma once\n#include <string>\ninline std::size_t planted(const std::string text) "
                   "{ return text.size(); }\n")
        self.plant("lib/base/planted.cpp", '#include "base/planted.hpp"\n')
        problems = check.tidy(self.root, ["lib/base/planted.cpp"])[0]
        self.assertEqual(1, len(problems), problems)
        self.assertRegex(problems[0], r"^lib/base/planted.hpp:3:.*performance-unnecessary-value-param")

    def test_source_that_does_not_compile(self):
        self.plant("lib/base/planted.cpp", "int planted() { return nothing; }\n")
        problems = check.tidy(self.root, ["lib/base/planted.cpp"])[0]
        self.assertRegex(problems[0], "use of undeclared identifier 'nothing'")


class Chosen(unittest.TestCase):
    """Which files are looked at without --all."""

    def setUp(self):
        self.root = tempfile.mkdtemp(prefix="skep-house-")
        self.addCleanup(shutil.rmtree, self.root)
        os.makedirs(os.path.join(self.root, "lib/base"))
        self.write(*[f"{name}.hpp" for name in "abc"])

    def write(self, *names):
        for name in names:
            with open(os.path.join(self.root, "lib/base", name), "a", encoding="utf-8") as file:
                file.write("// more\n")

    def git(self, *arguments):
        subprocess.run(["git", "-C", self.root, "-c", "user.name=a", "-c", "user.email=a@b", *arguments], check=True,
                       capture_output=True)

    def test_what_changed_since_the_branch(self):
        self.git("init", "-b", "main")
        self.git("add", "-A")
        self.git("commit", "-m", "one")
        self.git("update-ref", "refs/remotes/origin/main", "HEAD")
        self.assertEqual(3, len(check.chosen(self.root, ".hpp", 5)))  # nothing changed: all
        self.write("a.hpp", "d.hpp", "e.cpp")
        self.git("commit", "-am", "two")
        self.assertEqual(["lib/base/a.hpp", "lib/base/d.hpp"], check.chosen(self.root, ".hpp", 5))
        self.assertEqual(["lib/base/e.cpp"], check.chosen(self.root, ".cpp", 5))

    def test_a_sample_where_there_is_no_such_branch(self):
        first = check.chosen(self.root, ".hpp", 2)
        self.assertEqual(2, len(first))
        self.assertLessEqual(set(first), {f"lib/base/{name}.hpp" for name in "abc"})


class Figures(unittest.TestCase):
    def test_what_is_counted(self):
        root = tempfile.mkdtemp(prefix="skep-house-")
        self.addCleanup(shutil.rmtree, root)
        texts = {
            "lib/deploy/attempt.hpp": "#pragma once\nclass Attempt {\n public:\n  explicit Attempt(int n) : once_(n) {}\n"
                                      "  void go();\n\n private:\n  int once_;\n  int later_ = 0;\n  std::vector<int> all_;\n};\n",
            "lib/deploy/attempt.cpp": "void Attempt::go() {\n  later_ = 1;  // once_ = 2\n  all_.push_back(once_);\n}\n",
            "lib/base/a.hpp": "struct FileObject {\n  std::string data;\n};\nvoid push(const std::string& registry_auth);\n" + "\n" * 147,
            "lib/base/a.cpp": 'bool a(Task t) { return t.state == "running" || t.name == "running"; }\nvoid b() {\n' + "\n" * 400 + "}\n",
        }
        for path, text in texts.items():
            os.makedirs(os.path.dirname(os.path.join(root, path)), exist_ok=True)
            with open(os.path.join(root, path), "w", encoding="utf-8") as file:
                file.write(text)
        self.assertEqual({
            "functions over 40 lines": ["lib/base/a.cpp:2: b has 402"],
            "functions over 60 lines": ["lib/base/a.cpp:2: b has 402"],
            "headers over 150 lines": ["lib/base/a.hpp: 151"],
            "sources over 400 lines": ["lib/base/a.cpp: 403"],
            "strings compared as states": ['lib/base/a.cpp:1: state == "running"'],
            "plain strings for secrets": ["lib/base/a.hpp:4: std::string& registry_auth",
                                          "lib/base/a.hpp: struct FileObject: std::string data"],
            "members set after construction (lib/deploy)": ["Attempt::all_ is set in lib/deploy/attempt.cpp",
                                                            "Attempt::later_ is set in lib/deploy/attempt.cpp"],
        }, figures.figures(root))


if __name__ == "__main__":
    unittest.main()
