"""Puts images of the lab's cache into its registries, for a lab that was brought up without the applications."""
import json
import os
import subprocess
import tempfile

import support

SCRIPT = 'set -euo pipefail; . "$1/tests/lab/lib/images.sh"; images_ensure "$2"; ' \
         'python3 "$images_oci" push "$(images_tar "$2")" "$3"'


def push(environment, image, reference, config=None):
    """Image IMAGE of tests/lab/images as REFERENCE; credentials from CONFIG, a folder with a config.json."""
    done = subprocess.run(["bash", "-c", SCRIPT, "push", str(support.TOP), image, reference], capture_output=True, text=True,
                          env={**environment, "OCI_CA_FILE": environment["REGISTRY_CA"],
                               "DOCKER_CONFIG": config or environment["DOCKER_CONFIG"]}, timeout=300)
    if done.returncode:
        raise RuntimeError(f"push of {reference}: {done.stdout}{done.stderr}")


def password(environment):
    with open(environment["REGISTRY_PASSWORD_FILE"], encoding="utf-8") as text:
        return text.read().strip()


def docker_config(auths):
    """A new folder with a config.json of these auths, {host: entry}; gives a TemporaryDirectory."""
    folder = tempfile.TemporaryDirectory(prefix="skep-config-")
    path = os.path.join(folder.name, "config.json")
    with open(os.open(path, os.O_WRONLY | os.O_CREAT, 0o600), "w", encoding="utf-8") as text:
        json.dump({"auths": auths}, text)
    return folder
