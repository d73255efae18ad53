"""What a way to an engine elsewhere needs: a listener on 127.0.0.1, with TLS or without, certificates, and a real sshd."""
import os
import pathlib
import shutil
import socket
import subprocess
import threading
import time


class Listener:
    """Gives each connection on 127.0.0.1 to `serve(connection, over)`, with TLS when there is a context for it. Whoever is
    refused hears why, unless it is `rude`: what a connection that is reset had still to say is lost."""

    def __init__(self, serve, tls=None, rude=False):
        self.serve, self.tls, self.rude, self.over = serve, tls, rude, threading.Event()
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        threading.Thread(target=self.accept, daemon=True).start()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.over.set()
        self.listener.close()

    def accept(self):
        while True:
            try:
                connection, _ = self.listener.accept()
            except OSError:
                return
            threading.Thread(target=self.handle, args=(connection,), daemon=True).start()

    def handle(self, connection):
        try:
            if self.tls:
                connection = self.shake_hands(connection)
            self.serve(connection, self.over)
        except OSError:
            pass
        finally:
            connection.close()


    def shake_hands(self, connection):
        raw = connection.dup()
        try:
            connection = self.tls.wrap_socket(connection, server_side=True, do_handshake_on_connect=False)
            connection.do_handshake()
            return connection
        except OSError:
            if not self.rude:
                raw.shutdown(socket.SHUT_WR)
                while raw.recv(4096):
                    pass
            raise
        finally:
            raw.close()


class Authority:
    """A certificate authority in a folder; `make` gives the paths of a certificate and its key."""

    def __init__(self, folder):
        self.folder = pathlib.Path(folder)
        self.folder.mkdir(parents=True)
        self.ca, self.key = self.folder / "ca.pem", self.folder / "ca-key.pem"
        self.openssl("req", "-x509", *self.new_key(self.key), "-out", self.ca, "-subj", "/CN=authority", "-days", "2")

    def openssl(self, *words):
        subprocess.run(["openssl", *map(str, words)], check=True, capture_output=True)

    @staticmethod
    def new_key(path):
        return ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-keyout", path]

    def make(self, name, extensions, days=1):
        cert, key, request = (self.folder / f"{name}{end}" for end in ("-cert.pem", "-key.pem", ".csr"))
        self.openssl("req", *self.new_key(key), "-out", request, "-subj", f"/CN={name}")
        (self.folder / "extensions").write_text(extensions)
        self.openssl("x509", "-req", "-in", request, "-CA", self.ca, "-CAkey", self.key, "-CAcreateserial", "-days", days, "-out", cert,
                     "-extfile", self.folder / "extensions")
        return cert, key

    def server(self, names="IP:127.0.0.1", name="server", days=1):
        return self.make(name, f"subjectAltName={names}\nextendedKeyUsage=serverAuth\n", days)

    def client(self, name="client", days=1):
        return self.make(name, "extendedKeyUsage=clientAuth\n", days)


class Sshd:
    """A real sshd on 127.0.0.1, with keys and configurations of its own, and an `ssh` for PATH that uses them."""

    def __init__(self, folder, config=""):
        self.top = pathlib.Path(folder)
        self.runtime = self.top / "run"
        for name in ("run", "bin"):
            (self.top / name).mkdir(parents=True)
        if os.geteuid() == 0:
            os.makedirs("/run/sshd", exist_ok=True)
        with socket.create_server(("127.0.0.1", 0)) as free:
            self.port = free.getsockname()[1]
        for key in ("host", "user"):
            subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", self.top / key], check=True)
        shutil.copy(self.top / "user.pub", self.top / "authorized")
        (self.top / "sshd_config").write_text(
            f"{config}Port {self.port}\nListenAddress 127.0.0.1\nHostKey {self.top}/host\nAuthorizedKeysFile {self.top}/authorized\n"
            "PidFile none\nUsePAM no\nStrictModes no\nPasswordAuthentication no\nKbdInteractiveAuthentication no\n")
        (self.top / "known").write_text(f"[127.0.0.1]:{self.port} {(self.top / 'host.pub').read_text()}")
        (self.top / "config").write_text(
            f"IdentityFile {self.top}/user\nIdentitiesOnly yes\nIdentityAgent none\nGlobalKnownHostsFile none\n"
            f"UserKnownHostsFile {self.top}/known\n")
        (self.top / "bin/ssh").write_text(f'#!/bin/sh\nexec /usr/bin/ssh -F {self.top}/config "$@"\n')
        (self.top / "bin/ssh").chmod(0o755)
        self.log = open(self.top / "log", "w")  # pylint: disable=consider-using-with
        self.process = subprocess.Popen(["/usr/sbin/sshd", "-D", "-e", "-f", self.top / "sshd_config"], stderr=self.log)
        for _ in range(1000):
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", self.port)) == 0:
                    break
            time.sleep(0.01)

    def environment(self):
        return {"PATH": f"{self.top}/bin:{os.environ['PATH']}", "XDG_RUNTIME_DIR": str(self.runtime)}

    def clients(self):
        """Processes that are an ssh of ours."""
        found = []
        for path in pathlib.Path("/proc").glob("[0-9]*/cmdline"):
            try:
                words = path.read_bytes().split(b"\0")
            except OSError:
                continue
            if words[0].endswith(b"ssh") and f"{self.top}/config".encode() in words:
                found.append(int(path.parent.name))
        return found

    def close(self):
        self.process.terminate()
        self.process.wait()
        self.log.close()
