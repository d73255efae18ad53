"""What tests of one stack share: a folder with its files, and nothing left of it before and behind each test."""
import pathlib
import tempfile
import unittest

import lab_images
import support


class StackTest(unittest.TestCase):
    """Needs a lab that is up (LAB_NAME) and the program (SKEP). `stack` is the name; busybox:1 is in the lab's registry."""

    stack = ""

    @classmethod
    def setUpClass(cls):
        cls.environment = support.lab_environment()
        cls.engine = support.Engine(cls.environment)
        lab_images.push(cls.environment, "busybox", cls.environment["REGISTRY"] + "/busybox:1")

    def setUp(self):
        temporary = tempfile.TemporaryDirectory()
        self.addCleanup(temporary.cleanup)
        self.top = pathlib.Path(temporary.name)
        self.skep = support.Skep(self.environment, self.top, support.HOLD)
        self.skep("rm", self.stack)  # what a run that was cut off has left
        self.addCleanup(self.skep, "rm", self.stack)

    def write_files(self, files):
        """{name: text}"""
        for name, text in files.items():
            (self.top / name).write_text(text, encoding="utf-8")
