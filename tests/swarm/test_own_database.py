#!/usr/bin/env python3
"""A database in the same stack, on a network of the stack's own: what the first release says, and that its order works.

Needs a lab that is up with its images (LAB_NAME) and the program (SKEP).
"""
import json
import subprocess
import unittest

import support
from stack_test import StackTest

NAME, PASSWORD = "owndb", "admin-of-owndb"
SECRET = f"{NAME}_admin"
PROJECT = {"stack": NAME, "template": "./stack.yml", "mongodb": {
    "hosts": "db", "network": f"{NAME}_inner", "admin": {"user": "admin", "password": {"secret": SECRET}},
    # Of the application alone: skep's own login has no such file, and reads from the primary.
    "options": {"appName": "own", "readPreference": "secondaryPreferred", "tlsCRLFile": "/nowhere.pem"},
    "login_options": {"connectTimeoutMS": "20000"},
    "users": {NAME: {"database": NAME, "roles": ["readWrite"], "deliver": {"service": "app", "env": "MONGODB_URI"}}}}}


class OwnDatabaseTest(StackTest):
    stack = NAME

    def setUp(self):
        super().setUp()
        registry = self.environment["REGISTRY"]
        node = self.environment["NODES"].split(",")[0]
        database = {"image": f"{registry}/mongo:6.0.5", "networks": ["inner"], "command": ["mongod", "--auth", "--bind_ip_all"],
                    "deploy": {"endpoint_mode": "dnsrr", "placement": {"constraints": [f"node.hostname == {node}"]}}}
        app = {"image": f"{registry}/busybox:1", "command": ["sleep", "100000"], "stop_grace_period": "0s", "networks": ["inner"],
               "deploy": {"endpoint_mode": "dnsrr"}}
        networks = {"inner": {"driver": "overlay"}}
        self.write_files({"skep.yml": json.dumps(PROJECT), "stack.yml": json.dumps({"services": {"app": app, "db": database}, "networks": networks}),
                          "database.yml": json.dumps({"services": {"db": database}, "networks": networks})})
        self.addCleanup(self.docker, "secret", "rm", SECRET)

    def docker(self, *args, words=None):
        return subprocess.run([self.environment["DOCKER_CLI"], *args], env=self.environment, input=words, capture_output=True, text=True,
                              timeout=180, check=False)

    def mongosh(self, script):
        container = self.engine.get("/containers/json", label=[f"com.docker.swarm.service.name={NAME}_db"])[0]["Id"]
        done = self.docker("exec", "-i", container, "mongosh", "--quiet", "--norc", "--nodb", "--file", "/dev/stdin", words=script)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        return done.stdout.strip()

    def skep_exits(self, status, *args):
        done = self.skep(*args)
        self.assertEqual(done.returncode, status, done.stdout + done.stderr)
        return done.stdout + done.stderr

    def test_in_the_order_that_is_said(self):
        said = self.skep_exits(1, "release")
        self.assertIn(f'the database is service "db" of this stack, and users are made before a stack\'s services are written: there is not '
                      f'yet network "{NAME}_inner", service "{NAME}_db", secret "{SECRET}"', said)
        self.assertIn(f"`skep deploy -c database.yml {NAME}`", said)
        self.assertIsNone(self.engine.service(f"{NAME}_db"))

        self.skep_exits(0, "deploy", "-c", "database.yml", NAME)
        self.mongosh(f"""
            var admin = new Mongo('mongodb://127.0.0.1/?serverSelectionTimeoutMS=60000').getDB('admin');
            admin.createUser({{user: 'admin', pwd: {json.dumps(PASSWORD)}, roles: ['root']}});""")
        self.assertEqual(self.docker("secret", "create", SECRET, "-", words=PASSWORD + "\n").returncode, 0)

        self.assertIn("created with readWrite", self.skep_exits(0, "release"))
        spec = self.engine.service(f"{NAME}_app")["Spec"]["TaskTemplate"]["ContainerSpec"]
        uri = next(one for one in spec["Env"] if one.startswith("MONGODB_URI=")).removeprefix("MONGODB_URI=")
        self.assertIn("&appName=own&readPreference=secondaryPreferred&tlsCRLFile=%2Fnowhere.pem", uri)
        count = f"print(new Mongo({json.dumps(uri.split('&appName')[0])}).getDB('{NAME}').kittens.insertOne({{}}).acknowledged)"
        self.assertEqual(self.mongosh(count), "true")
        self.assertIn("unchanged", self.skep_exits(0, "release"))
        self.skep_exits(0, "mongo", "status")


if __name__ == "__main__":
    unittest.main()
