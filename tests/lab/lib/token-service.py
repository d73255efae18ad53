"""A token service for a Docker registry: the other half of "auth: token".

    token-service.py ADDRESS PORT FOLDER USER

FOLDER holds server.key and server.crt, which sign, and the file password. As on Docker Hub, a
client asks GET /token?service=S&scope=repository:NAME:pull,push, or sends the same as a form by
POST (OAuth2, grant_type password or refresh_token). Anybody gets a token to pull from
repositories under public/; all else needs the user's name and password, or the identity token
(refresh token) that the service gives for them. What is not allowed is left out of the token;
only a wrong password is answered 401. Standard library and the openssl program alone.
"""

import base64
import hmac
import hashlib
import json
import os
import subprocess
import sys
import time
import urllib.parse
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

ISSUER = "skep-lab"
LIFETIME_SECONDS = 300


def b64url(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


class Signer:
    """Signs tokens with RS256, through openssl: Python has no RSA of its own."""

    def __init__(self, folder):
        self.key = os.path.join(folder, "server.key")
        der = subprocess.run(
            ["openssl", "x509", "-in", os.path.join(folder, "server.crt"), "-outform", "DER"],
            check=True, capture_output=True).stdout
        self.certificate = base64.b64encode(der).decode()

    def token(self, service, user, access):
        now = int(time.time())
        header = {"typ": "JWT", "alg": "RS256", "x5c": [self.certificate]}
        claims = {
            "iss": ISSUER, "sub": user, "aud": service, "exp": now + LIFETIME_SECONDS,
            "nbf": now - 10, "iat": now, "jti": os.urandom(12).hex(), "access": access,
        }
        text = b64url(json.dumps(header).encode()) + "." + b64url(json.dumps(claims).encode())
        signature = subprocess.run(
            ["openssl", "dgst", "-sha256", "-sign", self.key],
            input=text.encode(), check=True, capture_output=True).stdout
        return text + "." + b64url(signature)


def allowed(scopes, user):
    """The part of the scopes wanted that this user ("" for anybody) may have."""
    access = []
    for scope in " ".join(scopes).split():
        kind, _, rest = scope.partition(":")
        name, _, actions = rest.rpartition(":")
        actions = [a for a in actions.split(",") if a]
        if not user:
            actions = [a for a in actions if a == "pull"] if name.startswith("public/") else []
        if actions:
            access.append({"type": kind, "name": name, "actions": actions})
    return access


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        url = urllib.parse.urlsplit(self.path)
        if url.path != "/token":
            self.answer(200 if url.path == "/" else 404, {"service": ISSUER})
            return
        query = urllib.parse.parse_qs(url.query)
        user = self.basic_user()
        if user is None:
            self.refuse()
            return
        self.give(query, user, wants_identity=query.get("offline_token") == ["true"])

    def do_POST(self):
        length = int(self.headers.get("Content-Length") or 0)
        form = urllib.parse.parse_qs(self.rfile.read(length).decode())
        grant = form.get("grant_type", [""])[0]
        user = None
        if grant == "password":
            user = self.server.user_of(form.get("username", [""])[0], form.get("password", [""])[0])
        elif grant == "refresh_token":
            user = self.server.user_of_identity(form.get("refresh_token", [""])[0])
        if user is None:
            self.refuse()
            return
        self.give(form, user, wants_identity=form.get("access_type") == ["offline"])

    def basic_user(self):
        """"" for a stranger, None for a wrong password."""
        header = self.headers.get("Authorization", "")
        if not header.startswith("Basic "):
            return ""
        name, _, password = base64.b64decode(header[6:]).decode().partition(":")
        return self.server.user_of(name, password)

    def give(self, query, user, wants_identity):
        service = query.get("service", [ISSUER])[0]
        access = allowed(query.get("scope", []), user)
        token = self.server.signer.token(service, user, access)
        body = {"token": token, "access_token": token, "expires_in": LIFETIME_SECONDS,
                "issued_at": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())}
        if wants_identity and user:
            body["refresh_token"] = self.server.identity
        self.answer(200, body)

    def refuse(self):
        self.answer(401, {"details": "incorrect username or password"})

    def answer(self, status, body):
        data = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *args):
        # Path and status alone: no header, and so no password, is ever written.
        sys.stderr.write("%s %s\n" % (self.address_string(), args[0] % args[1:]))


class Server(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, address, folder, user):
        super().__init__(address, Handler)
        self.user = user
        self.password = open(os.path.join(folder, "password")).read().strip()
        self.identity = hmac.new(self.password.encode(), b"identity", hashlib.sha256).hexdigest()
        self.signer = Signer(folder)

    def user_of(self, name, password):
        right = name == self.user and hmac.compare_digest(password.encode(), self.password.encode())
        return self.user if right else None

    def user_of_identity(self, token):
        return self.user if hmac.compare_digest(token.encode(), self.identity.encode()) else None


if __name__ == "__main__":
    Server((sys.argv[1], int(sys.argv[2])), sys.argv[3], sys.argv[4]).serve_forever()
