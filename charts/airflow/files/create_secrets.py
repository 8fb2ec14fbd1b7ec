"""Create the Secrets that are missing; existing ones are never changed.

The argument is a list as JSON: [{"name": Secret, "data": {key: how}}]. `how` is {"generate":
"fernet"}, {"generate": "token"} or {"text": "…"}. A text may contain the password in {"password":
{"secret": name, "key": key}}: as {password}, encoded for a URL, or as {quotedPassword}, between
double quotes. Values are never printed. The program uses the standard library only and starts in a
tenth of a second, because all other pods wait for it.
"""

import base64
import json
import os
import secrets
import ssl
import sys
import time
import urllib.error
import urllib.parse
import urllib.request
from pathlib import Path

ACCOUNT = Path("/var/run/secrets/kubernetes.io/serviceaccount")
ATTEMPTS = 30
# A new release may get these for a moment: its Role or a Secret that it reads does not exist yet.
TEMPORARY = (403, 404, 429)


class Unusable(Exception):
    """An existing Secret cannot be used, and a later attempt would fail, too."""


class Api:
    """The Secrets of one namespace."""

    def __init__(self) -> None:
        host, port = os.environ["KUBERNETES_SERVICE_HOST"], os.environ["KUBERNETES_SERVICE_PORT"]
        namespace = os.environ["NAMESPACE"]
        self.url = f"https://{host}:{port}/api/v1/namespaces/{namespace}/secrets"
        self.tls = ssl.create_default_context(cafile=str(ACCOUNT / "ca.crt"))

    def _send(self, url: str, body: dict | None = None) -> dict:
        request = urllib.request.Request(url, json.dumps(body).encode() if body else None)
        request.add_header("Authorization", f"Bearer {(ACCOUNT / 'token').read_text()}")
        request.add_header("Content-Type", "application/json")
        with urllib.request.urlopen(request, context=self.tls, timeout=10) as answer:
            return json.load(answer)

    def create(self, secret: dict) -> bool:
        """Create a Secret; return False if it exists."""
        try:
            self._send(self.url, secret)
        except urllib.error.HTTPError as error:
            if error.code == 409:
                return False
            raise
        return True

    def read(self, name: str, key: str) -> str:
        """Return one value of a Secret."""
        data = self._send(f"{self.url}/{name}").get("data") or {}
        if key not in data:
            raise Unusable(f"The Secret {name} has no key {key!r}: add it.")
        return base64.b64decode(data[key]).decode()


def value(how: dict, api: Api) -> str:
    """Return the value of a key."""
    if how.get("generate") == "fernet":
        return base64.urlsafe_b64encode(os.urandom(32)).decode()
    if how.get("generate") == "token":
        return secrets.token_urlsafe(32)
    text = how["text"]
    if "password" in how:
        password = api.read(how["password"]["secret"], how["password"]["key"])
        # A password may contain the other name in braces: only one of them is replaced.
        if "{password}" in text:
            return text.replace("{password}", urllib.parse.quote(password, safe=""))
        return text.replace("{quotedPassword}", '"' + password.replace('"', '""') + '"')
    return text


def create(wanted: list[dict], api: Api) -> None:
    """Create the missing Secrets in order, because later ones may read earlier ones."""
    for secret in wanted:
        data = {key: value(how, api) for key, how in secret["data"].items()}
        body = {
            "apiVersion": "v1",
            "kind": "Secret",
            "type": "Opaque",
            "metadata": {
                "name": secret["name"],
                "labels": {"tier": "airflow", "release": os.environ["RELEASE"]},
            },
            "stringData": data,
        }
        made = api.create(body)
        print(f"{secret['name']}: {'created' if made else 'kept'}", flush=True)


def main() -> int:
    wanted, api = json.loads(sys.argv[1]), Api()
    # The network of a new pod or its policy may not be ready at once.
    for attempt in range(1, ATTEMPTS + 1):
        try:
            create(wanted, api)
            return 0
        except urllib.error.HTTPError as error:
            reason = f"{error.url.rpartition('/namespaces/')[2]}: {error.code} {error.reason}"
            print(f"The Kubernetes API refused the request for {reason}", file=sys.stderr)
            if error.code < 500 and error.code not in TEMPORARY:
                return 1
        except Unusable as error:
            print(error, file=sys.stderr)
            return 1
        except (urllib.error.URLError, OSError) as error:
            print(f"The Kubernetes API is not reachable yet ({attempt}): {error}", file=sys.stderr)
        time.sleep(0.3)
    return 1


if __name__ == "__main__":
    sys.exit(main())
