"""What a lab could change on its machine, as sorted lines to compare before and after.

    snapshot.py LAB_ROOT CACHE

Interfaces, addresses, routes, firewall, mounts (a network namespace that is kept is one), processes
of labs, control groups, folders where engines leave things, host name and kernel settings. What belongs to labs that are there now (with their conf file) is left out, so
that labs beside the one that is tested may come and go; a lab's leftovers are in no such lab.
"""

import glob
import hashlib
import os
import re
import subprocess
import sys

SETTINGS = ["kernel/hostname", "kernel/keys/root_maxkeys", "net/ipv4/ip_forward",
            "net/ipv4/conf/all/forwarding", "net/ipv6/conf/all/forwarding",
            "net/bridge/bridge-nf-call-iptables"]
# Folders where an engine with its usual settings leaves things.
FOLDERS = ["/etc/docker", "/run/docker", "/run/docker.sock", "/run/docker.pid", "/run/containerd",
           "/run/netns", "/opt/containerd", "/var/lib/docker", "/var/lib/containerd"]


def read(path):
    try:
        with open(path, "rb") as file:
            return file.read().decode(errors="replace")
    except OSError:
        return ""


def output(*command):
    try:
        return subprocess.run(command, capture_output=True, text=True, check=False).stdout.splitlines()
    except FileNotFoundError:
        return []


class Labs:
    """The labs that are there, and what is theirs."""

    def __init__(self, root):
        self.folders = [os.path.dirname(conf) for conf in glob.glob(os.path.join(root, "*", "conf"))]
        self.uplinks = ["skep-" + hashlib.sha256(f.encode()).hexdigest()[:6] for f in self.folders]
        self.namespaces = set()
        for folder in self.folders:
            for file in glob.glob(os.path.join(folder, "net", "*")):
                self.namespaces.add("net:[%d]" % os.stat(file).st_ino)

    def own(self, text):
        return any(re.search(re.escape(f) + r"(/|\s|$)", text) for f in self.folders) or \
            any(u in text for u in self.uplinks)


def processes(labs, root, cache):
    """Programs of a lab by their path, and what ran in containers by its control group."""
    for pid in filter(str.isdigit, os.listdir("/proc")):
        command = read("/proc/%s/cmdline" % pid).replace("\0", " ").strip()
        group = re.search(r"/skep-lab/\S+", read("/proc/%s/cgroup" % pid))
        try:
            program = os.readlink("/proc/%s/exe" % pid)
            network = os.readlink("/proc/%s/ns/net" % pid)
        except OSError:
            continue  # a thread of the kernel, or gone
        ours = group or program.startswith((cache + "/engines/", cache + "/tools/registry/")) or root + "/" in command
        if not ours or int(pid) == os.getpid() or network in labs.namespaces:
            continue
        yield "process %s %s %s" % (program, command[:200], group.group() if group else "")


def mounts():
    for line in read("/proc/self/mountinfo").splitlines():
        before, _, after = line.partition(" - ")
        fields = before.split()
        yield "mount %s on %s" % (" ".join(after.split()[:2]), fields[4])


def firewall():
    for command in ("iptables-save", "ip6tables-save"):
        for line in output(command):
            if line and not line.startswith("#"):
                yield "firewall %s %s" % (command, re.sub(r"\[\d+:\d+\]", "", line))


def interfaces():
    """Names and addresses, without states, counters and link-local ones, which come by themselves."""
    for line in output("ip", "-o", "addr", "show"):
        fields = line.split()
        if not fields[3].startswith("fe80:"):
            yield "address %s %s %s" % (fields[1], fields[2], fields[3])
    for line in output("ip", "-o", "link", "show"):
        yield "interface " + line.split(": ")[1].partition("@")[0]
    for line in output("ip", "route", "show", "table", "all"):
        if "fe80:" not in line and "ff00::" not in line:
            yield "route " + re.sub(r" expires \d+sec", "", line.strip())


def control_groups(labs):
    for path, folders, _ in os.walk("/sys/fs/cgroup"):
        if path.count("/") > 7:
            folders.clear()
        name = os.path.basename(path)
        if name.startswith("skep-") and not (name == "skep-lab" and labs.folders):
            yield "cgroup " + path


def folders():
    for folder in FOLDERS:
        if os.path.lexists(folder):
            inside = sorted(os.listdir(folder)) if os.path.isdir(folder) else []
            yield "folder %s %s" % (folder, " ".join(inside))


def main():
    root, cache = sys.argv[1:3]
    labs = Labs(root)
    lines = []
    for source in (mounts(), firewall(), interfaces(), control_groups(labs), folders(),
                   processes(labs, root, cache)):
        lines += source
    lines += ["setting %s %s" % (s, read("/proc/sys/" + s).strip()) for s in SETTINGS]
    for line in sorted(set(lines)):
        if not labs.own(line):
            print(line)


main()
