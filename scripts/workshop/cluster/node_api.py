"""Simple GET requests to the node's API server, without the slow import of a client library."""

import json
import ssl
import urllib.error
import urllib.request
from typing import Any

from scripts.workshop.cluster.layout import API_SERVER, CERTIFICATES, NAME


def get(path: str) -> Any:
    """Return the answer of the API server; None if it does not answer, or has no such path."""
    try:
        with _opener().open(f"{API_SERVER}{path}", timeout=5) as answer:
            text = answer.read()
    except (OSError, urllib.error.URLError):
        return None
    try:
        return json.loads(text)
    except ValueError:
        return text.decode()


def is_ready() -> bool:
    """Return whether the API server is ready."""
    return bool(get("/readyz") == "ok")


def node_is_ready() -> bool:
    """Return whether the node is Ready."""
    node = get(f"/api/v1/nodes/{NAME}") or {}
    conditions = node.get("status", {}).get("conditions", [])
    return any(c["type"] == "Ready" and c["status"] == "True" for c in conditions)


def ready_replicas(namespace: str, deployment: str) -> int:
    """Return the number of ready, up-to-date pods of a Deployment."""
    found = get(f"/apis/apps/v1/namespaces/{namespace}/deployments/{deployment}")
    if not found or found["status"].get("observedGeneration") != found["metadata"]["generation"]:
        return 0
    status = found["status"]
    return min(status.get("readyReplicas", 0), status.get("updatedReplicas", 0))


def _opener() -> urllib.request.OpenerDirector:
    context = ssl.create_default_context(cafile=str(CERTIFICATES / "ca.crt"))
    context.load_cert_chain(CERTIFICATES / "admin.crt", CERTIFICATES / "admin.key")
    # The node is on this machine: no proxy.
    proxies = urllib.request.ProxyHandler({})
    return urllib.request.build_opener(proxies, urllib.request.HTTPSHandler(context=context))
