#!/usr/bin/env python3
"""Makes, fetches and pushes container images without a running engine.

An image is one tar that every engine can `docker load`: an OCI layout
(https://github.com/opencontainers/image-spec/blob/main/image-layout.md) that also carries
the `manifest.json` of `docker save`, so that Engine 20.10 reads it too. Layers are in the gzip
format but not compressed: the lab's registry is as near as its disk, and engines spend
half of a pull on decompression. A push sends them as they are.

  oci.py layer DIR OUT.tar.gz
  oci.py image IMAGE.json OUT.tar [LAYER.tar.gz ...]
  oci.py push  IMAGE.tar REGISTRY/NAME:TAG
  oci.py pull  NAME:TAG IMAGE.json OUT.tar [LAYER.tar.gz ...]

Push and pull read the credentials of DOCKER_CONFIG/config.json (never from argv) and trust
the authority in OCI_CA_FILE; OCI_PLAIN_HTTP=1 speaks http.
"""
import base64
import gzip
import hashlib
import http.client
import io
import json
import os
import re
import ssl
import stat
import sys
import tarfile
import threading
import urllib.parse
from concurrent.futures import ThreadPoolExecutor

# Docker's own media types: the one set that every engine from 20.10 on both loads and pulls.
MANIFEST = "application/vnd.docker.distribution.manifest.v2+json"
MANIFEST_LIST = "application/vnd.docker.distribution.manifest.list.v2+json"
OCI_MANIFEST = "application/vnd.oci.image.manifest.v1+json"
OCI_INDEX = "application/vnd.oci.image.index.v1+json"
CONFIG = "application/vnd.docker.container.image.v1+json"
LAYER = "application/vnd.docker.image.rootfs.diff.tar.gzip"
# One fixed time: the same content gives the same digest, so a rebuild changes nothing.
EPOCH = 1700000000
HUB = "registry-1.docker.io"
TIMEOUT = 20


def sha256(data):
    return "sha256:" + hashlib.sha256(data).hexdigest()


def dump(value):
    return json.dumps(value, separators=(",", ":"), sort_keys=True).encode()


# --- layers -------------------------------------------------------------------------------

class Digesting(io.RawIOBase):
    """Passes bytes on and keeps their SHA-256."""

    def __init__(self, out):
        super().__init__()
        self.out, self.hash = out, hashlib.sha256()

    def writable(self):
        return True

    def write(self, data):
        self.hash.update(data)
        self.out.write(data)
        return len(data)

    def digest(self):
        return "sha256:" + self.hash.hexdigest()


def make_layer(root, out_path):
    """Packs the tree below `root`, with one time for all files and no device nodes."""
    with open(out_path, "wb") as file:
        packed = Digesting(file)
        with gzip.GzipFile(filename="", fileobj=packed, mode="wb", compresslevel=0, mtime=EPOCH) as zipped:
            plain = Digesting(zipped)
            with tarfile.open(fileobj=plain, mode="w|", format=tarfile.GNU_FORMAT, bufsize=1 << 20) as tar:
                add_tree(tar, root)
    meta = {"digest": packed.digest(), "diff_id": plain.digest(), "size": os.path.getsize(out_path)}
    with open(out_path + ".json", "wb") as file:
        file.write(dump(meta))


def add_tree(tar, root):
    for folder, dirs, files in os.walk(root):
        dirs.sort()
        entries = sorted(files + [d for d in dirs if os.path.islink(os.path.join(folder, d))])
        if folder != root:
            add_entry(tar, root, folder)
        for name in entries:
            add_entry(tar, root, os.path.join(folder, name))


def add_entry(tar, root, path):
    mode = os.lstat(path).st_mode
    if not (stat.S_ISREG(mode) or stat.S_ISDIR(mode) or stat.S_ISLNK(mode)):
        return
    info = tar.gettarinfo(path, os.path.relpath(path, root))
    info.mtime, info.uname, info.gname = EPOCH, "", ""
    if info.isreg():
        with open(path, "rb") as file:
            tar.addfile(info, file)
    else:
        tar.addfile(info)


def layer_meta(path):
    with open(path + ".json", "rb") as file:
        return json.load(file)


# --- images -------------------------------------------------------------------------------

class ImageTar:
    """Writes the one tar; blobs go in as they come, the indexes at the end."""

    def __init__(self, path):
        self.tar = tarfile.open(path, "w", format=tarfile.GNU_FORMAT)
        self.have = set()

    def put(self, name, data):
        info = tarfile.TarInfo(name)
        info.size, info.mtime, info.mode = len(data), EPOCH, 0o644
        self.tar.addfile(info, io.BytesIO(data))

    def blob_file(self, digest, path):
        if digest in self.have:
            return
        self.have.add(digest)
        info = tarfile.TarInfo(blob_name(digest))
        info.size, info.mtime, info.mode = os.path.getsize(path), EPOCH, 0o644
        with open(path, "rb") as file:
            self.tar.addfile(info, file)

    def finish(self, reference, config, layers):
        """`layers`: descriptors, lowest first, whose blobs are all in."""
        config_data = dump(config)
        manifest = {"schemaVersion": 2, "mediaType": MANIFEST,
                    "config": {"mediaType": CONFIG, "digest": sha256(config_data), "size": len(config_data)},
                    "layers": layers}
        manifest_data = dump(manifest)
        index = {"schemaVersion": 2, "mediaType": OCI_INDEX, "manifests": [
            {"mediaType": MANIFEST, "digest": sha256(manifest_data), "size": len(manifest_data),
             "annotations": {"io.containerd.image.name": "docker.io/" + hub_path(reference),
                             "org.opencontainers.image.ref.name": reference.rpartition(":")[2]}}]}
        self.put(blob_name(sha256(config_data)), config_data)
        self.put(blob_name(sha256(manifest_data)), manifest_data)
        self.put("oci-layout", dump({"imageLayoutVersion": "1.0.0"}))
        self.put("index.json", dump(index))
        self.put("manifest.json", dump([{"Config": blob_name(sha256(config_data)), "RepoTags": [reference],
                                         "Layers": [blob_name(layer["digest"]) for layer in layers]}]))
        self.tar.close()


def blob_name(digest):
    return "blobs/sha256/" + digest.split(":", 1)[1]


def hub_path(reference):
    return reference if "/" in reference else "library/" + reference


def load_recipe(path):
    with open(path, encoding="utf-8") as file:
        return json.load(file)


def add_layers(image, layer_paths, config, descriptors):
    for path in layer_paths:
        meta = layer_meta(path)
        image.blob_file(meta["digest"], path)
        descriptors.append({"mediaType": LAYER, "digest": meta["digest"], "size": meta["size"]})
        config["rootfs"]["diff_ids"].append(meta["diff_id"])
        config.setdefault("history", []).append(
            {"created": created(), "created_by": "lab layer " + os.path.basename(path).split(".")[0]})


def created():
    return "2023-11-14T22:13:20Z"


def make_image(recipe_path, out_path, layer_paths):
    recipe = load_recipe(recipe_path)
    config = {"architecture": "amd64", "os": "linux", "created": created(), "config": recipe["config"],
              "rootfs": {"type": "layers", "diff_ids": []}, "history": []}
    image, descriptors = ImageTar(out_path), []
    add_layers(image, layer_paths, config, descriptors)
    image.finish(recipe["reference"], config, descriptors)


# --- registries ---------------------------------------------------------------------------

class Registry(threading.local):
    """One registry, by the distribution API
    (https://github.com/opencontainers/distribution-spec/blob/main/spec.md). Each thread has a token of its own: one that
    another thread got for reading does not take the place of one for writing in the middle of a write."""

    def __init__(self, host):
        self.host, self.authorization = host, None

    def connect(self, elsewhere):
        """To the registry, or to another place that it named by a whole address."""
        host = elsewhere.netloc if elsewhere else self.host
        plain = elsewhere.scheme == "http" if elsewhere else os.environ.get("OCI_PLAIN_HTTP") == "1"
        if plain:
            return http.client.HTTPConnection(host, timeout=TIMEOUT, blocksize=1 << 20)
        trust = ssl.create_default_context(cafile=os.environ.get("OCI_CA_FILE") or None)
        return http.client.HTTPSConnection(host, timeout=TIMEOUT, blocksize=1 << 20, context=trust)

    def request(self, method, target, body=None, headers=None, expect=(200,)):
        """One exchange, with a login when the registry asks for one. Gives (response, data)."""
        for attempt in (1, 2):
            if attempt == 2 and hasattr(body, "seek"):
                body.seek(0)
            response, data = self.exchange(method, target, body, dict(headers or {}))
            if response.status != 401 or attempt == 2:
                break
            self.log_in(response.headers.get("WWW-Authenticate", ""))
        if response.status not in expect:
            raise SystemExit(f"{method} {self.host}{target.split('?')[0]}: {response.status} {data[:300].decode(errors='replace')}")
        return response, data

    def exchange(self, method, target, body, headers, elsewhere=None):
        if self.authorization and not elsewhere:
            headers["Authorization"] = self.authorization
        if body is not None:
            headers["Content-Length"] = str(len(body))
        connection = self.connect(elsewhere)
        try:
            connection.request(method, target, body=body, headers=headers)
            response = connection.getresponse()
            return response, response.read()
        finally:
            connection.close()

    def log_in(self, challenge):
        basic = stored_login(self.host)
        if challenge.lower().startswith("bearer"):
            field = dict(re.findall(r'(\w+)="([^"]*)"', challenge))
            realm = urllib.parse.urlsplit(field["realm"])
            query = urllib.parse.urlencode({k: v for k, v in field.items() if k in ("service", "scope")})
            headers = {"Authorization": "Basic " + basic} if basic else {}
            response, data = self.exchange("GET", f"{realm.path}?{query}", None, headers, realm)
            if response.status != 200:
                raise SystemExit(f"GET {realm.netloc}{realm.path}: {response.status}")
            answer = json.loads(data)
            self.authorization = "Bearer " + (answer.get("token") or answer["access_token"])
        elif basic:
            self.authorization = "Basic " + basic
        else:
            raise SystemExit(f"{self.host} wants a login and there is none for it in DOCKER_CONFIG")


def stored_login(host):
    folder = os.environ.get("DOCKER_CONFIG") or os.path.expanduser("~/.docker")
    try:
        with open(os.path.join(folder, "config.json"), encoding="utf-8") as file:
            entry = json.load(file).get("auths", {}).get(host, {})
    except FileNotFoundError:
        return None
    if entry.get("auth"):
        return entry["auth"]
    if entry.get("username"):
        return base64.b64encode(f"{entry['username']}:{entry['password']}".encode()).decode()
    return None


class Slice:
    """A part of a file as a request body: http.client reads it in blocks."""

    def __init__(self, path, offset, size):
        self.file, self.offset, self.size = open(path, "rb"), offset, size
        self.seek(0)

    def __len__(self):
        return self.size

    def seek(self, position):
        self.file.seek(self.offset + position)
        self.left = self.size - position

    def read(self, count=-1):
        data = self.file.read(self.left if count < 0 else min(count, self.left))
        self.left -= len(data)
        return data


def push(tar_path, reference):
    host, _, rest = reference.partition("/")
    name, _, tag = rest.rpartition(":")
    with tarfile.open(tar_path) as tar:
        members = {member.name: member for member in tar}
        index = json.load(tar.extractfile("index.json"))
        digest = index["manifests"][0]["digest"]
        manifest_data = tar.extractfile(blob_name(digest)).read()
    manifest = json.loads(manifest_data)
    registry = Registry(host)
    registry.request("GET", "/v2/")
    blobs = {blob["digest"] for blob in [manifest["config"], *manifest["layers"]]}
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(lambda blob: push_blob(registry, tar_path, members[blob_name(blob)], name, blob), sorted(blobs)))
    registry.request("PUT", f"/v2/{name}/manifests/{tag}", manifest_data,
                     {"Content-Type": manifest["mediaType"]}, (201,))
    print(digest)


def push_blob(registry, tar_path, member, name, digest):
    response, _ = registry.request("HEAD", f"/v2/{name}/blobs/{digest}", expect=(200, 404))
    if response.status == 200:
        return
    response, _ = registry.request("POST", f"/v2/{name}/blobs/uploads/", b"", expect=(202,))
    place = urllib.parse.urlsplit(response.headers["Location"])
    query = place.query + ("&" if place.query else "") + urllib.parse.urlencode({"digest": digest})
    registry.request("PUT", f"{place.path}?{query}", Slice(tar_path, member.offset_data, member.size),
                     {"Content-Type": "application/octet-stream"}, (201,))


def pull(reference, recipe_path, out_path, layer_paths):
    """Fetches the public image for linux/amd64 and lays the lab's own layers on top."""
    name, _, tag = hub_path(reference).rpartition(":")
    registry = Registry(os.environ.get("OCI_HUB") or HUB)
    accept = {"Accept": ", ".join([MANIFEST, MANIFEST_LIST, OCI_MANIFEST, OCI_INDEX])}
    _, data = registry.request("GET", f"/v2/{name}/manifests/{tag}", headers=accept)
    manifest = json.loads(data)
    if "manifests" in manifest:
        chosen = next(m["digest"] for m in manifest["manifests"]
                      if m.get("platform", {}).get("os") == "linux" and m["platform"].get("architecture") == "amd64")
        _, data = registry.request("GET", f"/v2/{name}/manifests/{chosen}", headers=accept)
        check_digest(data, chosen)
        manifest = json.loads(data)
    config = json.loads(fetch_blob(registry, name, manifest["config"]["digest"]))
    image, descriptors = ImageTar(out_path), []
    for layer in manifest["layers"]:
        if layer["digest"] not in image.have:
            image.have.add(layer["digest"])
            image.put(blob_name(layer["digest"]), fetch_blob(registry, name, layer["digest"]))
        descriptors.append({"mediaType": LAYER, "digest": layer["digest"], "size": layer["size"]})
    add_layers(image, layer_paths, config, descriptors)
    image.finish(load_recipe(recipe_path)["reference"], config, descriptors)


def fetch_blob(registry, name, digest):
    response, data = registry.request("GET", f"/v2/{name}/blobs/{digest}", expect=(200, 302, 307))
    if response.status != 200:  # storage elsewhere, by a signed address that must see no login
        place = urllib.parse.urlsplit(response.headers["Location"])
        response, data = registry.exchange("GET", f"{place.path}?{place.query}", None, {}, place)
        if response.status != 200:
            raise SystemExit(f"GET {place.netloc}: {response.status}")
    check_digest(data, digest)
    return data


def check_digest(data, digest):
    if sha256(data) != digest:
        raise SystemExit(f"what came for {digest} has another digest")


def main(arguments):
    verbs = {"layer": make_layer, "push": push,
             "image": lambda recipe, out, *layers: make_image(recipe, out, layers),
             "pull": lambda ref, recipe, out, *layers: pull(ref, recipe, out, layers)}
    if len(arguments) < 3 or arguments[0] not in verbs:
        raise SystemExit(__doc__)
    verbs[arguments[0]](*arguments[1:])


if __name__ == "__main__":
    try:
        main(sys.argv[1:])
    except (OSError, ssl.SSLError, http.client.HTTPException) as problem:
        raise SystemExit(f"{' '.join(sys.argv[1:3])}: {problem}")
