"""What the world around the program does to it: engines that are silent, files that are none, output that is full, signals,
limits. Each has an end in time, in words, with an exit status of the table."""
import json
import os
import resource
import signal
import subprocess
import threading
import time
import unittest

import program

MEMORY = 1 << 30
PATIENCE = 60  # of one request (lib/http/message.hpp)


def limited(kind, value):
    return lambda: resource.setrlimit(kind, (value, value))


def is_clean(text):
    return not any(ord(c) < 32 and c not in "\n\t" or 0x7F <= ord(c) < 0xA0 or ord(c) in range(0x202A, 0x202F) for c in text)


class TestSilentEngine(program.ProgramTest):
    def test_every_verb_ends_in_words_when_the_engine_is_silent(self):
        self.write("stack.yml", program.COMPOSE + "    build: {context: .}\n")
        self.write("Dockerfile", "FROM scratch\n")
        with program.BadEngine(self.top, program.silent) as engine:
            host = {"DOCKER_HOST": "unix://" + engine.path}
            begin = time.monotonic()
            running = {verb: self.start(*verb.split(), *args, environment=host) for verb, args in program.VERBS.items()}
            for verb, process in running.items():
                out, err = process.communicate(timeout=PATIENCE + 30)
                with self.subTest(verb=verb):
                    self.assertEqual(process.returncode, 1, err)
                    self.assertIn("no whole answer from unix://" + engine.path, out + err)
            print(f"silent engine: {len(running)} verbs ended after {time.monotonic() - begin:.0f} s", flush=True)

    def test_signals_end_what_waits_for_an_engine(self):
        for serve in (program.silent, program.dripping):
            with program.BadEngine(self.top, serve) as engine:
                for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
                    running = [self.start(*verb.split(), *args, environment={"DOCKER_HOST": "unix://" + engine.path})
                               for verb, args in program.VERBS.items() if verb not in ("build", "push")]
                    time.sleep(1)
                    for process in running:
                        process.send_signal(number)
                    for process in running:
                        out, err = process.communicate(timeout=10)
                        with self.subTest(signal=number, args=process.args, serve=serve.__name__):
                            self.assertEqual(process.returncode, 130, out + err)
                            self.assertIn("interrupted", out + err)

    def test_nohup_is_respected(self):
        with program.BadEngine(self.top, program.silent) as engine:
            process = self.start("ls", environment={"DOCKER_HOST": "unix://" + engine.path},
                                 preexec_fn=lambda: signal.signal(signal.SIGHUP, signal.SIG_IGN))
            time.sleep(0.5)
            process.send_signal(signal.SIGHUP)
            time.sleep(0.5)
            self.assertIsNone(process.poll())
            process.terminate()
            process.communicate(timeout=10)


class TestFiles(program.ProgramTest):
    def places(self, path):
        """Where a project names a file: name → (files to write, command)"""
        stack = program.COMPOSE
        return {
            "-c": ({}, ["lint", "-c", path, "x"]),
            "--env-file": ({}, ["lint", "--env-file", path]),
            "env_file": ({"stack.yml": stack + f"    env_file: {path}\n"}, ["lint"]),
            "secret": ({"stack.yml": stack + f"    secrets: [s]\nsecrets: {{s: {{file: {path}}}}}\n"}, ["lint"]),
            "config": ({"stack.yml": stack + f"    configs: [s]\nconfigs: {{s: {{file: {path}}}}}\n"}, ["lint"]),
            "include": ({"stack.yml": f"include: [{path}]\n" + stack}, ["lint"]),
            "include's env_file": ({"more.yml": stack, "stack.yml": f"include: [{{path: more.yml, env_file: {path}}}]\n" + stack}, ["lint"]),
            "extends": ({"stack.yml": f"services: {{web: {{extends: {{file: {path}, service: a}}}}}}\n"}, ["lint"]),
            "template": ({"skep.yml": f"stack: shop\ntemplate: {path}\n"}, ["lint"]),
            "skep.yml": ({}, ["lint", "-f", path]),
            "--plan": ({}, ["deploy", "--plan", path]),
        }

    def each_place(self, path, words, **how):
        for name, (files, command) in self.places(path).items():
            with self.subTest(place=name, path=path):
                self.setUp()
                for file, text in files.items():
                    self.write(file, text)
                status, out, err = self.skep(*command, **how)
                self.assertEqual(status, 2, out + err)
                self.assertIn(path, out + err)
                self.assertTrue(any(word in out + err for word in words), out + err)

    def test_a_fifo_is_not_waited_for(self):
        fifo = str(self.top / "fifo")
        os.mkfifo(fifo)
        self.each_place(fifo, ["it is a FIFO", "Not a directory"], timeout=10)

    def test_a_device_is_not_read(self):
        self.each_place("/dev/zero", ["it is a device", "Not a directory"], timeout=10, preexec_fn=limited(resource.RLIMIT_AS, MEMORY))

    def test_a_file_without_end_is_not_read(self):
        large = self.top / "large"
        with open(large, "wb") as file:
            file.truncate(10 << 30)
        self.each_place(str(large), ["is larger than", "Not a directory"], timeout=20, preexec_fn=limited(resource.RLIMIT_AS, MEMORY))

    def test_special_files_beside_the_project(self):
        for name in (".env", "home/.docker/config.json"):
            self.setUp()
            path = self.top / name
            path.parent.mkdir(exist_ok=True)
            os.mkfifo(path)
            status, out, err = self.skep("ls" if "docker" in name else "lint", timeout=10)
            self.assertIn("it is a FIFO", out + err)
            self.assertIn(status, (1, 2))

    def test_bombs(self):
        doubling = "A0=xxxxxxxxxx\n" + "".join(f"A{i}=${{A{i - 1}}}${{A{i - 1}}}\n" for i in range(1, 41))
        bombs = {
            ".env that doubles": ({".env": doubling}, "larger than 16 MiB"),
            "includes of two": ({"stack.yml": "include: [i1.yml]\n" + program.COMPOSE,
                                 **{f"i{i}.yml": f"include: [i{i + 1}.yml, ./i{i + 1}.yml]\n" for i in range(1, 28)}, "i28.yml": "x-a: b\n"},
                                "more than 1000 files are included"),
            "ports": ({"stack.yml": program.COMPOSE + "    ports:\n" + '      - "1-65535:1-65535"\n' + "".join(f'      - "1-65535:1-65535/{p}"\n' for p in ["udp", "sctp"] * 20)},
                      "more than 65536 ports"),
            "extends": ({"stack.yml": "services:\n" + "".join(f"  s{i}: {{extends: {{service: s{i + 1}}}}}\n" for i in range(3000)) + "  s3000: {image: a}\n"},
                        "over more than 100 steps"),
        }
        for name, (files, words) in bombs.items():
            with self.subTest(bomb=name):
                self.setUp()
                for file, text in files.items():
                    self.write(file, text)
                status, out, err = self.skep("lint", timeout=60, preexec_fn=limited(resource.RLIMIT_AS, MEMORY))
                self.assertEqual(status, 2, (out + err)[:500])
                self.assertIn(words, out + err)

    def test_text_of_files_cannot_paint(self):
        paint = "\\x1b[2J\\x9b31m\\u202e"
        self.write("stack.yml", f'services:\n  "web{paint}":\n    image: "a{paint}"\n    "key{paint}": 1\n    deploy: {{mode: "m{paint}"}}\n')
        for form in ([], ["-o", "json"]):
            status, out, err = self.skep("lint", *form)
            self.assertEqual(status, 2)
            self.assertTrue(is_clean(out + err), repr(out + err))
            self.assertIn("x1b" if not form else "u001b", out)


class TestOutput(program.ProgramTest):
    OFFLINE = [["--help"], ["lint", "--help"], ["--version"], ["lint"], ["render"], ["config"], ["template", "list"],
               ["template", "show", "web"], ["completion", "bash"], ["lint", "-o", "json"], ["render", "-o", "json"]]

    def offline(self):
        self.write("skep.yml", "stack: shop\ntemplate: ./stack.yml\n")
        return self.OFFLINE

    def test_a_full_disk_is_an_error(self):
        for command in self.offline():
            with self.subTest(command=command), open("/dev/full", "w", encoding="utf-8") as full:
                status, _, err = self.skep(*command, stdout=full)
                self.assertEqual(status, 1, err)
                self.assertIn("standard output could not be written: No space left on device", err)

    def test_a_reader_that_has_gone_is_no_news(self):
        for command in self.offline():
            with self.subTest(command=command):
                read, write = os.pipe()
                os.close(read)
                status, _, err = self.skep(*command, stdout=write)
                os.close(write)
                self.assertEqual((status, err), (1, ""))

    def test_closed_streams_are_nobody_elses(self):
        bytes_seen = []

        def answer(line):
            bytes_seen.append(line)
            return 200, b"[]"

        with program.BadEngine(self.top, program.answering(answer)) as engine:
            for closed in ((0,), (1,), (2,), (0, 1, 2)):
                with self.subTest(closed=closed):
                    self.skep("ls", environment={"DOCKER_HOST": "unix://" + engine.path},
                              preexec_fn=lambda: [os.close(fd) for fd in closed])
        self.assertTrue(all(line.endswith("HTTP/1.1") for line in bytes_seen), bytes_seen)


class TestLimits(program.ProgramTest):
    def test_without_threads(self):
        if os.getuid() != 0:
            self.skipTest("needs root to become somebody else")
        for most in range(1, 4):
            def nobody():
                resource.setrlimit(resource.RLIMIT_NPROC, (most, most))
                os.setgid(65534)
                os.setuid(65534)
            os.chmod(self.top, 0o755)
            status, out, err = self.skep("ls", preexec_fn=nobody)
            self.assertEqual(status, 1, out + err)

    def test_without_descriptors(self):
        for most in (4, 6, 8, 12):
            self.skep("ls", preexec_fn=limited(resource.RLIMIT_NOFILE, most))


class TestCheckout(program.ProgramTest):
    """A folder that somebody else filled runs nothing."""

    def test_a_folder_that_looks_like_a_repository_runs_nothing(self):
        proof = self.top / "PWNED"
        for program_of in ("core.fsmonitor", "filter"):
            with self.subTest(program=program_of):
                bare = self.top / program_of
                bare.mkdir()
                (bare / "objects").mkdir()
                (bare / "refs").mkdir()
                (bare / "HEAD").write_text("ref: refs/heads/main\n")
                (bare / "config").write_text(
                    "[core]\n\trepositoryformatversion = 0\n\tbare = false\n\tworktree = .\n"
                    f"\tfsmonitor = \"touch {proof}; false\"\n[remote \"origin\"]\n\turl = x\n"
                    f"[filter \"f\"]\n\tclean = touch {proof}\n[alias]\n\tstatus = !touch {proof}\n")
                (bare / ".gitattributes").write_text("* filter=f\n")
                (bare / "Dockerfile").write_text("FROM scratch\n")
                (bare / "stack.yml").write_text(program.COMPOSE + "    build: {context: .}\n")
                with program.BadEngine(self.top, program.answering(lambda _: (200, b"[]"))) as engine:
                    for command in (["init", ".", "--image", "r/x"], ["lint"], ["render"], ["config"], ["diff"], ["deploy", "--dry-run"],
                                    ["build"], ["push"], ["release", "--timeout", "3s"]):
                        with self.subTest(command=command):
                            status, out, err = self.skep(*command, cwd=bare, environment={"DOCKER_HOST": "unix://" + engine.path})
                            (bare / "skep.yml").write_text("stack: shop\ntemplate: ./stack.yml\n")
                            if command[0] in ("init", "lint", "render", "config"):
                                self.assertEqual(status, 0, out + err)
                            self.assertFalse(proof.exists(), "a program of the checkout was run")

    def test_secrets_of_wrong_files_are_not_shown(self):
        canary = "canary-5ecr3t-value"
        cases = {
            "twice": {"stack.yml": program.COMPOSE + f'    environment: ["DB_PASSWORD={canary}", "DB_PASSWORD={canary}"]\n'},
            "twice, by a variable": {".env": f"PW={canary}\n", "stack.yml": program.COMPOSE + '    environment: ["DB_PASSWORD=${PW}", "DB_PASSWORD=${PW}"]\n'},
            "a port": {".env": f"PW={canary}\n", "stack.yml": program.COMPOSE + '    ports: ["${PW}:80"]\n'},
            "a mode": {".env": f"PW={canary}\n", "stack.yml": program.COMPOSE + "    deploy: {mode: \"${PW}\"}\n"},
            "a duration": {".env": f"PW={canary}\n", "stack.yml": program.COMPOSE + "    stop_grace_period: ${PW}\n"},
            "an .env that is wrong": {".env": f"PW={canary}${{x!y}}\n"},
            "an .env with a command": {".env": f"PW=abc$({canary})\n"},
            "a key over several lines": {".env": f"PW=-----BEGIN\n{canary} more\n-----END\n"},
            "a quote": {".env": f"PW='{canary}' {canary}\n"},
        }
        for name, files in cases.items():
            for form in ([], ["-o", "json"]):
                with self.subTest(case=name, form=form):
                    self.setUp()
                    for file, text in files.items():
                        self.write(file, text)
                    status, out, err = self.skep("lint", *form)
                    self.assertEqual(status, 2, out + err)
                    self.assertNotIn(canary, out + err)


if __name__ == "__main__":
    unittest.main()
