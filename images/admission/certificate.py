"""Create and renew the certificate of the webhook, for clusters without another source of it.

The certificate signs itself, so that a private key of an authority does not exist. It is renewed
early: the configuration of the webhook trusts the new one and the old one before the Secret gets
the new one, so that every replica is trusted at any time.
"""

import argparse
import base64
import json
import os
import ssl
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path
from typing import Any

ACCOUNT = Path("/var/run/secrets/kubernetes.io/serviceaccount")
DAYS, RENEWED_DAYS_BEFORE = 365, 90
ATTEMPTS = 10
CONFIGURATION = """\
[req]
prompt = no
distinguished_name = name
x509_extensions = extensions
[name]
CN = webhook {number}
[extensions]
basicConstraints = critical, CA:FALSE
keyUsage = critical, digitalSignature
extendedKeyUsage = serverAuth
subjectAltName = DNS:{host}
"""
MUTATING = "/apis/admissionregistration.k8s.io/v1/mutatingwebhookconfigurations"

Object = dict[str, Any]


class Api:
    """The API server, with the rights of the pod."""

    def __init__(self, url: str, authority: Path, token: str) -> None:
        self._url, self._token = url, token
        self._tls = ssl.create_default_context(cafile=str(authority))

    def read(self, path: str) -> Object:
        return self._send("GET", path)

    def change(self, path: str, found: Object, change: Object) -> None:
        """Patch an object; a change of another client since it was read is an error."""
        change["metadata"] = {"resourceVersion": found["metadata"]["resourceVersion"]}
        self._send("PATCH", path, change)

    def _send(self, method: str, path: str, body: Object | None = None) -> Object:
        data = json.dumps(body).encode() if body else None
        request = urllib.request.Request(self._url + path, data, method=method)
        request.add_header("Authorization", f"Bearer {self._token}")
        request.add_header("Content-Type", "application/strategic-merge-patch+json")
        with urllib.request.urlopen(request, context=self._tls, timeout=10) as answer:
            return json.load(answer)


def ensure(api: Api, secret: str, configuration: str, host: str) -> str:
    """Make the Secret and the trusted certificates match; return a sentence about the result."""
    found, webhooks = api.read(secret), api.read(configuration)
    data = {key: base64.b64decode(text).decode() for key, text in (found.get("data") or {}).items()}
    now = data.get("tls.crt", "") if data.get("tls.key") else ""
    if now and lasts(now, RENEWED_DAYS_BEFORE):
        if all(now in bundle for bundle in trusted(webhooks)):
            return "The certificate is valid and trusted; nothing changed."
        _trust(api, configuration, webhooks, now)
        return "The configuration of the webhook trusts the existing certificate again."
    certificate, key = created(host)
    _trust(api, configuration, webhooks, now + certificate)
    content = {"tls.crt": certificate, "tls.key": key}
    encoded = {name: base64.b64encode(text.encode()).decode() for name, text in content.items()}
    api.change(secret, found, {"data": encoded})
    return "Created a certificate, which the configuration of the webhook trusts."


def trusted(configuration: Object) -> list[str]:
    """The certificates that each webhook of a configuration trusts, as PEM."""
    return [
        base64.b64decode(one["clientConfig"].get("caBundle") or "").decode()
        for one in configuration["webhooks"]
    ]


def created(host: str) -> tuple[str, str]:
    """Return a new certificate for a host and its key, as PEM."""
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        # A number, since clients find a trusted certificate by its name.
        text = CONFIGURATION.format(host=host, number=time.time_ns())
        (folder / "configuration").write_text(text)
        command = "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -noenc"
        subprocess.run(
            [
                *command.split(),
                *("-days", str(DAYS), "-config", folder / "configuration"),
                *("-keyout", folder / "key", "-out", folder / "certificate"),
            ],
            check=True,
            capture_output=True,
        )
        return (folder / "certificate").read_text(), (folder / "key").read_text()


def lasts(certificate: str, days: int) -> bool:
    """Whether a certificate is valid for some days more."""
    command = ["openssl", "x509", "-noout", "-checkend", str(days * 86400)]
    return (
        subprocess.run(command, input=certificate, text=True, capture_output=True).returncode == 0
    )


def _trust(api: Api, path: str, found: Object, certificates: str) -> None:
    bundle = base64.b64encode(certificates.encode()).decode()
    rows = [
        {"name": one["name"], "clientConfig": {"caBundle": bundle}} for one in found["webhooks"]
    ]
    api.change(path, found, {"webhooks": rows})


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    for name in ("namespace", "secret", "configuration", "host"):
        parser.add_argument(f"--{name}", required=True)
    options = parser.parse_args()
    host, port = os.environ["KUBERNETES_SERVICE_HOST"], os.environ["KUBERNETES_SERVICE_PORT"]
    url = f"https://[{host}]:{port}" if ":" in host else f"https://{host}:{port}"
    api = Api(url, ACCOUNT / "ca.crt", (ACCOUNT / "token").read_text())
    secret = f"/api/v1/namespaces/{options.namespace}/secrets/{options.secret}"
    # In a new release, the Role or an object may come some seconds later.
    for attempt in range(ATTEMPTS):
        try:
            print(ensure(api, secret, f"{MUTATING}/{options.configuration}", options.host))
            return
        except OSError as error:
            print(f"{error}: {getattr(error, 'url', url)}", file=sys.stderr)
            time.sleep(2 + attempt)
    sys.exit(f"No certificate after {ATTEMPTS} attempts (reasons above).")


if __name__ == "__main__":
    main()
