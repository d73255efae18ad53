"""The database step of a release against a real MongoDB on a real swarm: what it makes, what it keeps, every way it fails."""
import json
import signal
import time
import unittest

from databases import Lab, Project
from support import lab_environment


class DatabaseTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.lab = Lab(lab_environment())

    def setUp(self):
        self.before = self.lab.objects()

    def project(self, name, **settings):
        project = Project(self.lab, name, **settings)
        self.addCleanup(self.gone, project, self.lab.objects())
        return project

    def gone(self, project, before):
        project.remove()
        self.assertEqual(self.lab.objects(), before, "the test left something behind")
        self.assert_no_one_shot(project.name)

    def records(self, name, *numbers):
        return {("config", f"skep.{name}.{what}") for what in ("lock", *(f"r{n}" for n in numbers))}

    def assert_exit(self, done, status):
        self.assertEqual(done.returncode, status, done.stdout + done.stderr)
        return done.stdout + done.stderr

    def assert_no_one_shot(self, name):
        # The manager forgets a task at once; its node needs a moment for the container.
        deadline = time.monotonic() + 30
        while (left := self.lab.one_shots(name)) and time.monotonic() < deadline:
            time.sleep(0.5)
        self.assertEqual(left, set())

    def assert_only_records(self, name, *numbers):
        self.assertEqual(self.lab.objects() - self.before, self.records(name, *numbers))
        self.assertEqual(self.before - self.lab.objects(), set())
        self.assert_no_one_shot(name)

    def assert_fails(self, project, *words, args=(), **environment):
        """A first release that ends in the database step: exit 1, words in its output, the record left and nothing else."""
        said = self.assert_exit(project.release(*args, **environment), 1)
        for word in words:
            self.assertIn(word, said)
        self.assert_only_records(project.name, 1)
        return said

    def assert_refused(self, project, *words):
        """A release that preflight stops: exit 1, and not even a record."""
        said = self.assert_exit(project.release(), 1)
        for word in words:
            self.assertIn(word, said)
        self.assertEqual(self.lab.objects(), self.before)
        return said

    def wait_for_one_shot(self, project, process):
        """Until the database step's service is there."""
        while True:
            found = self.lab.engine.get("/services", label=[f"skep.oneshot={project.name}"])
            if found:
                return found[0]
            if process.poll() is not None:
                self.fail("the release ended before its database step: " + process.stdout.read())
            time.sleep(0.02)


class ErrorTest(DatabaseTest):
    def test_wrong_admin_password(self):
        project = self.project("dbwrongpw", mongodb={"admin": {"user": "admin", "password": {"env": "DB_ADMIN_PASSWORD"}}})
        said = self.assert_fails(project, "log in as admin", "the password or the user is wrong", "mongodb.admin",
                                 DB_ADMIN_PASSWORD="not-the-password-4711")
        self.assertNotIn("not-the-password-4711", said)
        self.assertIsNone(self.lab.roles(project.name))

    def test_admin_password_not_set(self):
        project = self.project("dbnopw", mongodb={"admin": {"user": "admin", "password": {"env": "DB_ADMIN_PASSWORD"}}})
        said = project.release()
        self.assertNotEqual(said.returncode, 0)
        self.assertIn("variable DB_ADMIN_PASSWORD is not set", said.stdout + said.stderr)

    def test_admin_secret_missing(self):
        project = self.project("dbnosecret", mongodb={"admin": {"user": "admin", "password": {"secret": "no_such_secret"}}})
        self.assert_refused(project, 'secret "no_such_secret" is not there')

    def test_wrong_replica_set(self):
        project = self.project("dbwrongrs", mongodb={"replica_set": "nosuchset"})
        self.assert_fails(project, 'replica set "nosuchset" has no primary that answers', "is the set's name right?")

    def test_no_primary_two_members_down(self):
        project = self.project("dbnoprimary")
        two = ("mongo_mongo02", "mongo_mongo03")
        self.addCleanup(self.lab.wait_for_primary)
        for name in two:
            self.addCleanup(self.scale, name, 1)
            self.scale(name, 0)
        self.lab.wait_for_no_primary()
        self.assert_fails(project, 'replica set "rs" has no primary that answers', "mongo01:27017: RSSecondary")

    def test_no_primary_two_members_hang(self):
        project = self.project("dbhang")
        self.addCleanup(self.lab.wait_for_primary)
        for name in ("mongo02", "mongo03"):
            node, container = self.lab.member(name)
            self.lab.on(node).call("POST", f"/containers/{container}/pause")
            self.addCleanup(self.lab.on(node).call, "POST", f"/containers/{container}/unpause")
        self.lab.wait_for_no_primary()
        self.assert_fails(project, 'replica set "rs" has no primary that answers', "mongo02:27017")

    def scale(self, name, replicas):
        service = self.lab.engine.service(name)
        spec = service["Spec"]
        spec["Mode"]["Replicated"]["Replicas"] = replicas
        self.lab.engine.call("POST", f"/services/{service['ID']}/update?version={service['Version']['Index']}", spec)
        deadline = time.monotonic() + 90
        while len(self.lab.engine.running(name)) != replicas:
            self.assertLess(time.monotonic(), deadline, f"{name} does not come to {replicas}")
            time.sleep(0.5)

    def test_network_missing(self):
        project = self.project("dbnonet", mongodb={"network": "no_such_network"})
        self.assert_refused(project, 'mongodb: network "no_such_network" is not there')

    def test_image_without_a_shell(self):
        project = self.project("dbnoshell", mongodb={"image": "${REGISTRY}/no-shell:1"})
        self.assert_fails(project, "/no-shell:1", "has no shell", "mongodb.image")

    def test_image_without_mongosh(self):
        project = self.project("dbnomongosh", mongodb={"image": "${REGISTRY}/busybox:1"})
        self.assert_fails(project, "/busybox:1", "has neither mongosh nor mongo", "mongodb.image")

    def test_image_that_is_not_there(self):
        project = self.project("dbnoimage", mongodb={"image": "${REGISTRY}/mongo:no-such-tag"})
        self.assert_fails(project, "/mongo:no-such-tag")

    def test_host_that_does_not_resolve(self):
        # Where no service answers as the first host, its image has to be said.
        project = self.project("dbnohost", mongodb={"hosts": ["nosuchhost"], "image": "${REGISTRY}/mongo:6.0.5"})
        self.assert_fails(project, "does not resolve", '"backend"', "nosuchhost")

    def test_no_service_answers_as_the_host(self):
        project = self.project("dbnoservice", mongodb={"hosts": ["nosuchhost"]})
        self.assert_refused(project, 'no service answers as "nosuchhost" on network "backend"', "mongodb.image")

    def availability(self, node, value):
        one = next(n for n in self.lab.engine.get("/nodes") if n["Description"]["Hostname"] == node)
        spec = {**one["Spec"], "Availability": value}
        self.lab.engine.call("POST", f"/nodes/{one['ID']}/update?version={one['Version']['Index']}", spec)

    def pause_database_node(self):
        """The database's own node takes no new task; the database goes on."""
        node, _ = self.lab.member("mongo01")
        self.addCleanup(self.availability, node, "active")
        self.availability(node, "pause")
        return node

    def test_cannot_be_placed(self):
        project = self.project("dbnoplace")
        node = self.pause_database_node()
        self.assert_fails(project, "cannot be placed", "no suitable node", f"node.hostname == {node}")

    def test_deadline_while_it_waits_for_a_node(self):
        project = self.project("dbwaits")
        self.pause_database_node()
        said = self.assert_exit(project.skep("mongo", "status", "--timeout", "5s"), 1)
        self.assertIn("the task did not end in time: it is pending", said)
        self.assertIn("no suitable node", said)
        self.assertEqual(self.lab.objects(), self.before)
        self.assert_no_one_shot(project.name)

    def test_deadline_while_it_runs(self):
        # The driver looks for the set's primary for 15 s.
        project = self.project("dbslow", mongodb={"replica_set": "nosuchset"})
        said = self.assert_exit(project.skep("mongo", "status", "--timeout", "10s"), 1)
        self.assertIn("the task did not end in time: it is running", said)
        self.assertEqual(self.lab.objects(), self.before)
        self.assert_no_one_shot(project.name)


class InterruptedTest(DatabaseTest):
    def test_killed_in_the_database_step_and_run_again(self):
        project = self.project("dbkilled")
        process = project.start()
        self.addCleanup(process.stdout.close)
        self.addCleanup(process.wait)
        self.addCleanup(process.kill)
        self.wait_for_one_shot(project, process)
        process.kill()
        process.wait()
        kinds = {kind for kind, _ in self.lab.one_shots(project.name)}
        self.assertTrue({"service", "secret", "config"} <= kinds, f"nothing was left, so this shows nothing: {kinds}")
        said = self.assert_exit(project.release(), 0)
        self.assertIn("left by an interrupted run", said)
        self.assert_no_one_shot(project.name)
        self.assertEqual(self.lab.objects() - self.before,
                         self.records(project.name, 1, 2) | {("service", project.service)})
        project.wait_http("POST", "/kittens", {"name": "Ginger"})

    def test_interrupted_in_the_database_step(self):
        project = self.project("dbstopped", mongodb={"replica_set": "nosuchset"})
        process = project.start()
        self.addCleanup(process.stdout.close)
        self.addCleanup(process.wait)
        self.addCleanup(process.kill)
        self.wait_for_one_shot(project, process)
        process.send_signal(signal.SIGINT)
        said = process.communicate(timeout=90)[0]
        self.assertEqual(process.returncode, 130, said)
        self.assertIn("nothing was changed", said)
        self.assert_only_records(project.name, 1)


class UserTest(DatabaseTest):
    def test_password_that_no_longer_works_is_replaced(self):
        project = self.project("dbnewpw")
        self.assert_exit(project.release(), 0)
        self.assertEqual(project.wait_http("POST", "/kittens", {"name": "Ginger"}), {"id": 1, "name": "Ginger"})
        first = project.uri()
        said = self.assert_exit(project.release("--verify"), 0)
        self.assertIn("unchanged", said)
        self.assertEqual(project.uri(), first)

        self.lab.as_admin(f"admin.changeUserPassword({json.dumps(project.name)}, 'changed-behind-its-back')")
        status = self.assert_exit(project.skep("mongo", "status"), 1)
        self.assertIn(f'the delivered password of user "{project.name}" does not work', status)
        said = self.assert_exit(project.release("--verify"), 0)
        self.assertIn("the delivered password did not work and is replaced", said)
        second = project.uri()
        self.assertNotEqual(second, first)
        self.assertEqual(project.wait_http("GET", "/kittens"), [{"id": 1, "name": "Ginger"}])
        self.assertEqual(project.wait_http("POST", "/kittens", {"name": "Fred"})["id"], 2)
        self.assertEqual(self.lab.with_uri(second, "print(client.getDB('dbnewpw').kittens.countDocuments({}))"), "2")
        for text in (first, second):
            password = text.split(":")[2].split("@")[0]
            self.assertNotIn(password, said)
        self.assert_exit(project.skep("mongo", "status"), 0)

    def test_roles(self):
        # The admin's password from a file, for once; the newline at its end is no part of it.
        project = self.project("dbroles", mongodb={
            "admin": {"user": "admin", "password": {"file": self.lab.environment["MONGO_ADMIN_PASSWORD_FILE"]}}})
        self.assert_exit(project.release(), 0)
        name = project.name
        uri = project.uri()
        self.assertEqual(self.lab.roles(name), [f"readWrite@{name}"])

        # One too many, and one on another database: taken away.
        self.lab.as_admin(f"admin.grantRolesToUser('{name}', [{{role: 'dbAdmin', db: '{name}'}}, {{role: 'read', db: 'admin'}}])")
        status = self.assert_exit(project.skep("mongo", "status"), 1)
        self.assertIn("dbAdmin", status)
        said = self.assert_exit(project.release("--verify"), 0)
        self.assertIn("read@admin", said)
        self.assertEqual(self.lab.roles(name), [f"readWrite@{name}"])

        # One missing: granted. The user, its password and the service stay.
        self.lab.as_admin(f"admin.revokeRolesFromUser('{name}', [{{role: 'readWrite', db: '{name}'}}])")
        said = self.assert_exit(project.release("--verify"), 0)
        self.assertIn("granted readWrite", said)
        self.assertEqual(self.lab.roles(name), [f"readWrite@{name}"])

        # The file asks for others: one granted, one taken away, without --verify.
        project.user["roles"] = ["read", "dbAdmin"]
        project.write()
        said = self.assert_exit(project.release(), 0)
        self.assertEqual(self.lab.roles(name), [f"dbAdmin@{name}", f"read@{name}"])
        self.assertEqual(project.uri(), uri)


class RotationTest(DatabaseTest):
    def test_rotate_roll_back_and_log_in(self):
        project = self.project("dbrotate", replicas=2)
        self.assert_exit(project.release(), 0)
        self.assertEqual(project.wait_http("POST", "/kittens", {"name": "Ginger"})["id"], 1)
        first = project.uri()
        said = self.assert_exit(project.skep("mongo", "rotate"), 0)
        second = project.uri()
        for text in (first, second):
            self.assertNotIn(text.split(":")[2].split("@")[0], said)
        self.assertIn(f"//{project.name}~2:", second)
        self.assertIsNone(self.lab.roles(project.name))
        with self.assertRaises(RuntimeError):
            self.lab.with_uri(first, "client.getDB('dbrotate').kittens.countDocuments({})")
        self.assertEqual(self.lab.with_uri(second, "print(client.getDB('dbrotate').kittens.countDocuments({}))"), "1")
        self.assertIn("unchanged", self.assert_exit(project.release(), 0))
        self.assertIn("unchanged", self.assert_exit(project.release("--verify"), 0))
        # A release from before the rotation, with the credential of today.
        self.assert_exit(project.skep("scale", "kittenapi=1"), 0)
        self.assert_exit(project.skep("rollback", "r1"), 0)
        self.assertEqual(project.uri(), second)
        self.assertEqual(project.wait_http("GET", "/kittens"), [{"id": 1, "name": "Ginger"}])
        self.assert_exit(project.skep("mongo", "rotate", "--user", project.name), 0)
        self.assertIn(f"//{project.name}:", project.uri())
        self.assertEqual(project.wait_http("GET", "/kittens"), [{"id": 1, "name": "Ginger"}])
        self.assert_exit(project.skep("mongo", "status"), 0)
        self.assertIn("names no database user", self.assert_exit(project.skep("mongo", "rotate", "--user", "nosuch"), 2))


class SecretDeliveryTest(DatabaseTest):
    def test_delivered_by_secret(self):
        project = self.project("dbsecret", deliver=[{"service": "kittenapi", "secret": "mongodb_uri"}])
        self.assert_exit(project.release(), 0)
        spec = project.spec()
        self.assertNotIn("mongodb://", json.dumps(spec))
        path = next(e for e in spec["Env"] if e.startswith("MONGODB_URI_FILE=")).split("=", 1)[1]
        self.assertEqual(path, "/run/secrets/mongodb_uri")
        self.assertEqual([s["File"]["Name"] for s in spec["Secrets"]], ["mongodb_uri"])
        self.assertEqual(project.wait_http("POST", "/kittens", {"name": "Ginger"}), {"id": 1, "name": "Ginger"})
        self.assertEqual(self.lab.roles(project.name), [f"readWrite@{project.name}"])

        live, objects = self.lab.engine.service(project.service), self.lab.objects()
        for args in ((), ("--verify",)):
            self.assertIn("unchanged", self.assert_exit(project.release(*args), 0))
            self.assertEqual(self.lab.engine.service(project.service), live)
            self.assertEqual(self.lab.objects(), objects)
        self.assert_exit(project.skep("mongo", "status"), 0)

        # Options of the application are not skep's: its own login has no such file.
        project.mongodb["options"] = {"tlsCertificateKeyFile": "/nowhere.pem"}
        project.write()
        self.assertIn("is for other hosts or options", self.assert_exit(project.skep("mongo", "status"), 1))

        # What cannot be read back can only be rotated: other options, and a further place of delivery.
        project.mongodb["options"] = {"appName": "kittens"}
        project.write()
        said = self.assert_exit(project.release(), 0)
        self.assertIn(f'"{project.name}~2" stands for it from now on', said)
        self.assertIsNone(self.lab.roles(project.name))
        self.assertEqual(self.lab.roles(project.name + "~2"), [f"readWrite@{project.name}"])
        self.assert_exit(project.skep("mongo", "status"), 0)
        del project.mongodb["options"]
        project.user["deliver"].append({"service": "kittenapi", "env": "ANOTHER_URI"})
        project.write()
        self.assertIn("stands for it", self.assert_exit(project.release(), 0))
        self.assertIsNone(self.lab.roles(project.name + "~2"))
        self.assertEqual(self.lab.roles(project.name), [f"readWrite@{project.name}"])
        self.assertEqual(project.wait_http("GET", "/kittens"), [{"id": 1, "name": "Ginger"}])
        project.user["deliver"].pop()
        self.assertEqual(len(self.secrets(project)), 1, "the old secrets are gone")
        spec = project.spec()

        # Its password no longer works: a new one, in a new secret, in one release.
        project.write()
        self.lab.as_admin(f"admin.changeUserPassword({json.dumps(project.name)}, 'changed-behind-its-back')")
        said = self.assert_exit(project.release("--verify"), 0)
        self.assertIn("the delivered password did not work and is replaced", said)
        self.assertNotEqual(project.spec()["Secrets"][0]["SecretID"], spec["Secrets"][0]["SecretID"])
        self.assertEqual(project.wait_http("POST", "/kittens", {"name": "Fred"})["id"], 2)

    def secrets(self, project):
        return [one for one in self.lab.engine.get("/secrets") if one["Spec"]["Name"].startswith(project.name + "_mongodb_uri")]


MIGRATE = """
import os, pymongo
uri = os.environ.get("MONGODB_URI") or open(os.environ["MONGODB_URI_FILE"]).read()
print("migrating", pymongo.MongoClient(uri).get_default_database().migrations.insert_one({}).acknowledged)
"""


class MigrationTest(DatabaseTest):
    """The template's `migrate`, with the user that the service has."""

    def test_a_migration_logs_in_as_its_service(self):
        for name, delivery in (("dbmigenv", {"env": "MONGODB_URI"}), ("dbmigsecret", {"secret": "mongodb_uri"})):
            with self.subTest(delivery=delivery):
                project = self.project(name, values={"migrate": ["python", "-c", MIGRATE]}, deliver=[
                    {"service": service, **delivery} for service in ("kittenapi", "kittenapi-migrate")])
                count = f"print(admin.getSiblingDB({json.dumps(name)}).migrations.countDocuments({{}}))"
                said = self.assert_exit(project.release(), 0)
                self.assertIn(f"{name}_kittenapi-migrate | migrating True", said)
                self.assertEqual(self.lab.as_admin(count), "1")
                self.assertIn("unchanged", self.assert_exit(project.release(), 0))
                self.assertEqual(self.lab.as_admin(count), "1")
                # Another one, while the user is not asked for again.
                project.values["migrate"][2] += "\nprint('and more')"
                project.write()
                said = self.assert_exit(project.release(), 0)
                self.assertIn("and more", said)
                self.assertNotIn("ensuring the users", said)
                self.assertEqual(self.lab.as_admin(count), "2")
                self.assertEqual(project.wait_http("POST", "/kittens", {"name": "Ginger"})["id"], 1)


if __name__ == "__main__":
    unittest.main()
