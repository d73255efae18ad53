"""What cannot be connected to, or read of docker's configuration, is refused in words, in every verb that connects."""
import json
import unittest

import program

BASE64 = "bm9jb2xvbg=="  # "nocolon"


class TestRefusals(program.ProgramTest):
    def refusals(self):
        """name → (flags, environment, config.json, what the message must say)"""
        file = f"{self.docker}/config.json"
        return {
            "a tcp address where nothing listens": (["-H", "tcp://127.0.0.1:1"], {}, None, ["tcp://127.0.0.1:1 (--host)", "Connection refused"]),
            "the same in DOCKER_HOST": ([], {"DOCKER_HOST": "127.0.0.1:1"}, None, ["127.0.0.1:1 (DOCKER_HOST)", "Connection refused"]),
            "a port that is none": (["-H", "tcp://h:0"], {}, None, ['--host: "tcp://h:0": "0" is no port']),
            "TLS without its files": (["-H", "tcp://h"], {"DOCKER_TLS_VERIFY": "1", "DOCKER_CERT_PATH": "/nowhere"}, None,
                                      ["/nowhere/ca.pem", "DOCKER_CERT_PATH names it"]),
            "an ssh address where nothing listens": (["-H", "ssh://me@127.0.0.1:1"], {}, None,
                                                     ["ssh://me@127.0.0.1:1 (--host)", "port 1: Connection refused"]),
            "an ssh address that is an option": (["-H", "ssh://-oProxyCommand=x"], {}, None, ["is no host"]),
            "a password in an ssh address": (["-H", "ssh://me:pw@host"], {}, None, ["--host: an ssh address with a password in it"]),
            "a kind of address that skep does not speak": (["-H", "npipe:////./pipe/docker_engine"], {}, None, ["engines on npipe://"]),
            "a path without its kind": (["-H", "/var/run/docker.sock"], {}, None, ["a socket is unix:///var/run/docker.sock"]),
            "--context": (["--context", "prod"], {}, None, ['--context: there is no docker context "prod"']),
            "DOCKER_CONTEXT": ([], {"DOCKER_CONTEXT": "prod"}, None, ['DOCKER_CONTEXT: there is no docker context "prod"']),
            "currentContext": ([], {}, '{"currentContext": "prod"}', [f'currentContext in {file}: there is no docker context "prod"']),
            "two engines": (["-H", "unix:///a", "--context", "prod"], {}, None, ["--host and --context name two engines"]),
            "an empty config.json": ([], {}, "", [file, "is not JSON"]),
            "a config.json that is cut off": ([], {}, '{"auths": {', [file, "is not JSON"]),
            "a config.json that is a list": ([], {}, "[]", [file, "object"]),
            "auths that are a list": ([], {}, '{"auths": []}', [file, "auths"]),
            "an auth without a colon": ([], {}, json.dumps({"auths": {"r": {"auth": BASE64}}}), [file, "auths", "r"]),
            "an auth that is no base64": ([], {}, json.dumps({"auths": {"r": {"auth": "!"}}}), [file, "base64"]),
            "a config.json that is a folder": ([], {}, None, [file]),
            "DOCKER_AUTH_CONFIG": ([], {"DOCKER_AUTH_CONFIG": "{"}, None, ["DOCKER_AUTH_CONFIG", "is not JSON"]),
            "DOCKER_API_VERSION that is none": ([], {"DOCKER_API_VERSION": "9"}, None, ["DOCKER_API_VERSION", "9"]),
            "DOCKER_API_VERSION that is too new": ([], {"DOCKER_API_VERSION": "1.99"}, None, ["DOCKER_API_VERSION", "1.99"]),
            "a socket that is not there": (["-H", "unix:///nowhere/docker.sock"], {}, None, ["/nowhere/docker.sock"]),
        }

    def test_every_refusal_in_every_verb(self):
        rows = 0
        self.write("stack.yml", program.COMPOSE + "    build: {context: .}\n")
        self.write("Dockerfile", "FROM scratch\n")
        for name, (flags, environment, config, words) in self.refusals().items():
            if self.docker.exists():
                for path in self.docker.iterdir():
                    path.rmdir() if path.is_dir() else path.unlink()
            if config is not None:
                self.write("home/.docker/config.json", config)
            if name.endswith("is a folder"):
                (self.docker / "config.json").mkdir(parents=True)
            said = set()
            for verb, args in program.VERBS.items():
                for json_form in (False, True):
                    with self.subTest(refusal=name, verb=verb, json=json_form):
                        form = ["-o", "json"] if json_form else []
                        status, out, err = self.skep(*verb.split(), *flags, *form, *args, environment=environment)
                        self.assertIn(status, (1, 2), err)
                        for line in out.splitlines() if json_form else []:
                            json.loads(line)
                        for word in words:
                            self.assertIn(word, (out + err).replace('\\"', '"'))
                        said.update(line for line in err.splitlines() if "error: " in line)
                        rows += 1
            print(f"{name}: {len(program.VERBS)} verbs: {min(said, key=len)}", flush=True)
        print(f"refusals: {rows} calls, each with a message and exit 1 or 2", flush=True)


if __name__ == "__main__":
    unittest.main()
