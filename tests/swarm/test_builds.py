#!/usr/bin/env python3
"""`skep build` with a base image that the registry gives only to those it knows, and to anybody where it allows that.

Needs a lab that is up (LAB_NAME), of any engine, and the program (SKEP). The base images lie behind basic authentication
($REGISTRY) and behind a token service as Docker Hub has one ($REGISTRY_TOKEN: anybody pulls what is under public/).
The engine itself knows no password: it asks skep through the build session. Each base image has a name of this run, so
that nothing is found in the engine's own store.
"""
import base64
import os
import pathlib
import tempfile
import unittest

import lab_images
import support

RUN = os.urandom(4).hex()


class Builds(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.environment = support.lab_environment()
        cls.engine = support.Engine(cls.environment)
        secret = lab_images.password(cls.environment)
        cls.login = {"auth": base64.b64encode(f"{cls.environment['REGISTRY_USER']}:{secret}".encode()).decode()}
        cls.wrong = {"auth": base64.b64encode(f"{cls.environment['REGISTRY_USER']}:not-it".encode()).decode()}
        cls.basic, cls.token = cls.environment["REGISTRY"], cls.environment["REGISTRY_TOKEN"]
        cls.bases = {"basic": f"{cls.basic}/base-{RUN}:1", "private": f"{cls.token}/private/base-{RUN}:1",
                     "public": f"{cls.token}/public/base-{RUN}:1"}
        everywhere = cls.config({cls.basic: cls.login, cls.token: cls.login})
        for reference in cls.bases.values():
            lab_images.push(cls.environment, "busybox", reference, everywhere)

    @classmethod
    def config(cls, auths):
        folder = lab_images.docker_config(auths)
        cls.addClassCleanup(folder.cleanup)
        return folder.name

    def build(self, base, auths, *flags):
        """A project of one service whose image is built FROM base; gives the finished run and the image's name."""
        folder = tempfile.TemporaryDirectory(prefix="skep-build-")
        self.addCleanup(folder.cleanup)
        top = pathlib.Path(folder.name)
        image = f"{self.environment['REGISTRY_OPEN']}/built-{RUN}-{os.urandom(3).hex()}"
        (top / "stack.yml").write_text(f"services:\n  app:\n    image: {image}\n    build: .\n", encoding="utf-8")
        (top / "skep.yml").write_text("stack: built\ntemplate: ./stack.yml\n", encoding="utf-8")
        (top / "Dockerfile").write_text(f"FROM {base}\nRUN echo {image} > /built\nCMD [\"cat\", \"/built\"]\n", encoding="utf-8")
        done = support.Skep(self.environment, top)("build", "--tag", "t1", *flags, DOCKER_CONFIG=self.config(auths))
        self.addCleanup(self.forget, f"{image}:t1")
        return done, f"{image}:t1"

    def forget(self, reference):
        for image in self.engine.get("/images/json"):
            if reference in (image.get("RepoTags") or []):
                self.engine.call("DELETE", f"/images/{image['Id']}?force=1")

    def assert_built(self, result):
        done, image = result
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        self.assertIn(image.rpartition(":")[0], done.stdout)
        made = self.engine.get(f"/images/{image}/json")
        self.assertEqual(made["Config"]["Cmd"], ["cat", "/built"])

    def assert_refused(self, result, *words):
        done, image = result
        self.assertEqual(done.returncode, 1, done.stdout + done.stderr)
        for word in words:
            self.assertIn(word, done.stdout + done.stderr)
        with self.assertRaisesRegex(RuntimeError, "404"):
            self.engine.get(f"/images/{image}/json")

    def copied(self, files, dockerfile):
        """What `COPY . /ctx` copied of a folder with these files, built by the Dockerfile of that name below its parent."""
        folder = tempfile.TemporaryDirectory(prefix="skep-build-")
        self.addCleanup(folder.cleanup)
        top = pathlib.Path(folder.name)
        name = f"{self.environment['REGISTRY_OPEN']}/copied-{RUN}-{os.urandom(3).hex()}"
        for path, text in {**files, f"{dockerfile}": f"FROM {self.bases['public']}\nCOPY . /ctx\nRUN cd /ctx && find . -type f | sort | tr '\\n' ' ' > /list; "
                                                     "stat -c '%a %s' /ctx/run >> /list\nCMD [\"cat\", \"/list\"]\n"}.items():
            (top / path).parent.mkdir(parents=True, exist_ok=True)
            (top / path).write_text(text, encoding="utf-8")
        (top / "app/run").chmod(0o755)
        (top / "stack.yml").write_text(f"services:\n  app:\n    image: {name}\n    build: {{context: app, dockerfile: {top / dockerfile}}}\n", encoding="utf-8")
        done = support.Skep(self.environment, top)("build", "-c", "stack.yml", "built", "--tag", "t1", "-v", DOCKER_CONFIG=self.config({}))
        self.addCleanup(self.forget, f"{name}:t1")
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        made = self.engine.call("POST", "/containers/create", {"Image": f"{name}:t1"})
        self.addCleanup(self.engine.call, "DELETE", f"/containers/{made['Id']}?force=1")
        self.engine.call("POST", f"/containers/{made['Id']}/start")
        self.engine.call("POST", f"/containers/{made['Id']}/wait")
        connection = support.UnixConnection(self.engine.socket)
        connection.request("GET", f"/containers/{made['Id']}/logs?stdout=1")
        text = connection.getresponse().read().decode(errors="replace")
        connection.close()
        return text

    FILES = {"app/run": "#!/bin/sh\n", "app/sub/file": "x", "app/sub/big": "y" * 3_000_000, "app/secret.pem": "s"}

    def test_a_dockerfile_that_is_ignored_is_not_copied(self):
        listed = self.copied({**self.FILES, "app/.dockerignore": "Dockerfile\nsecret*\n"}, "app/Dockerfile")
        self.assertIn("./.dockerignore ./run ./sub/big ./sub/file 755 10", listed)

    def test_a_dockerfile_outside_of_the_context_is_not_copied(self):
        listed = self.copied({**self.FILES, "app/.dockerignore": "secret*\n"}, "docker/My.Dockerfile")
        self.assertIn("./.dockerignore ./run ./sub/big ./sub/file 755 10", listed)

    def test_a_dockerfile_of_the_context_is_copied(self):
        listed = self.copied({**self.FILES, "app/.dockerignore": "secret*\n"}, "app/Dockerfile")
        self.assertIn("./.dockerignore ./Dockerfile ./run ./sub/big ./sub/file 755 10", listed)

    def test_basic_authentication_with_credentials(self):
        self.assert_built(self.build(self.bases["basic"], {self.basic: self.login}))

    def test_basic_authentication_without(self):
        self.assert_refused(self.build(self.bases["basic"], {}), self.bases["basic"])

    def test_basic_authentication_with_a_wrong_password(self):
        self.assert_refused(self.build(self.bases["basic"], {self.basic: self.wrong}), self.bases["basic"])

    def test_credentials_of_another_registry_are_not_taken(self):
        self.assert_refused(self.build(self.bases["basic"], {self.token: self.login}), self.bases["basic"])

    def test_token_service_anonymous(self):
        self.assert_built(self.build(self.bases["public"], {}))

    def test_token_service_with_credentials(self):
        self.assert_built(self.build(self.bases["private"], {self.token: self.login}))

    def test_token_service_anonymous_where_that_is_not_allowed(self):
        self.assert_refused(self.build(self.bases["private"], {}), self.bases["private"])

    def test_no_password_is_printed(self):
        done, _ = self.build(self.bases["basic"], {self.basic: self.login}, "-v")
        for text in (lab_images.password(self.environment), self.login["auth"]):
            self.assertNotIn(text, done.stdout + done.stderr)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)


if __name__ == "__main__":
    unittest.main(verbosity=2)
