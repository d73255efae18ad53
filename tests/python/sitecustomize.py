"""On PYTHONPATH of every Python test: an end of any program by a signal that only a fault sends (SIGABRT, SIGSEGV, …) is
written into the file SKEP_CRASHES, whether or not the test looked at it. A shell's 128 + n counts too."""
import os
import subprocess

FAULTS = {4: "SIGILL", 6: "SIGABRT", 7: "SIGBUS", 8: "SIGFPE", 11: "SIGSEGV", 31: "SIGSYS"}
before = subprocess.Popen._handle_exitstatus


def note(process, *arguments, **named):
    before(process, *arguments, **named)
    code = process.returncode
    signal = FAULTS.get(-code) or FAULTS.get(code - 128) if code is not None else None
    if signal and "SKEP_CRASHES" in os.environ:
        with open(os.environ["SKEP_CRASHES"], "a", encoding="utf-8") as file:
            file.write(f"{signal}: {process.args}\n")


subprocess.Popen._handle_exitstatus = note
