"""Keycloak in a namespace of its own: a realm with users, their groups, and Airflow as a client."""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from secrets import token_urlsafe
from typing import Any

from kubernetes import client

from scripts.workshop.cluster import image_store
from scripts.workshop.cluster.images import build, images
from tests.cluster.airflow import Airflow
from tests.cluster.namespace import Namespace, new_namespaces

NAMESPACE, NAME, PORT, REALM = "airflow-identity", "keycloak", 8080, "data"
# Pods and the browser use the same address: a provider names itself by it in each token.
HOST = f"{NAME}.{NAMESPACE}.svc"
URL = f"http://{HOST}:{PORT}"
ISSUER = f"{URL}/realms/{REALM}"
# Two cores start it and Airflow at the same time.
READY_SECONDS = 900
HOME = "/opt/keycloak/data"


@dataclass(frozen=True)
class User:
    """A user of the realm, with a new password."""

    name: str
    groups: tuple[str, ...]
    password: str = field(repr=False)


@dataclass(frozen=True)
class Keycloak:
    """The running provider."""

    namespace: Namespace
    users: Mapping[str, User]
    # Address and port on the node, through which a browser outside the cluster reaches it.
    outside: str

    @property
    def address(self) -> str:
        """Address of its pod."""
        return self.namespace.ready_pod(NAME).status.pod_ip


@contextmanager
def keycloak(
    airflow: Airflow, groups: Mapping[str, tuple[str, ...]], client_secret: str
) -> Iterator[Keycloak]:
    """Start the provider for an Airflow and users with these groups; remove it at the end."""
    image_store.image_import(build(NAME))
    users = {name: User(name, groups[name], token_urlsafe()) for name in groups}
    with new_namespaces(airflow.main.api, NAMESPACE) as (namespace,):
        realm = _realm(airflow.url, list(users.values()), client_secret)
        secret = client.V1Secret(
            metadata=client.V1ObjectMeta(name=NAME),
            string_data={"realm.json": json.dumps(realm)},
        )
        namespace.core.create_namespaced_secret(NAMESPACE, secret)
        namespace.core.create_namespaced_pod(NAMESPACE, _pod())
        service = namespace.core.create_namespaced_service(NAMESPACE, _service())
        namespace.ready_pod(NAME, READY_SECONDS)
        node = airflow.url.rpartition(":")[0].removeprefix("http://")
        yield Keycloak(namespace, users, f"{node}:{service.spec.ports[0].node_port}")


def _realm(url: str, users: list[User], client_secret: str) -> dict[str, Any]:
    """Return a realm as Keycloak imports it; the client may only lead back to Airflow."""
    groups = {
        "name": "groups",
        "protocol": "openid-connect",
        "protocolMapper": "oidc-group-membership-mapper",
        "config": {
            "claim.name": "groups",
            "full.path": "false",
            "userinfo.token.claim": "true",
        },
    }
    airflow = {
        "clientId": "airflow",
        "secret": client_secret,
        "redirectUris": [f"{url}/auth/oauth-authorized/keycloak"],
        "attributes": {"pkce.code.challenge.method": "S256"},
        "protocolMappers": [groups],
    }
    return {
        "realm": REALM,
        "enabled": True,
        # TLS is the work of a load balancer, which this cluster lacks.
        "sslRequired": "none",
        "groups": [{"name": name} for name in sorted({g for user in users for g in user.groups})],
        "users": [_user(user) for user in users],
        "clients": [airflow],
    }


def _user(user: User) -> dict[str, Any]:
    """Return a user with a complete profile; an incomplete one must be filled in at the log-in."""
    return {
        "username": user.name,
        "enabled": True,
        "email": f"{user.name}@example.com",
        "emailVerified": True,
        "firstName": user.name.title(),
        "lastName": "Example",
        "credentials": [{"type": "password", "value": user.password}],
        "groups": [f"/{group}" for group in user.groups],
    }


def _pod() -> dict[str, Any]:
    return {
        "metadata": {"name": NAME, "labels": {"app": NAME, "component": NAME}},
        "spec": {
            "automountServiceAccountToken": False,
            "enableServiceLinks": False,
            "securityContext": {
                "runAsNonRoot": True,
                "seccompProfile": {"type": "RuntimeDefault"},
            },
            "containers": [
                {
                    "name": NAME,
                    "image": images()[NAME].reference,
                    "env": [
                        {"name": "KC_HOSTNAME", "value": URL},
                        # It runs for minutes: optimizing its code would take longer than it saves.
                        {"name": "JAVA_OPTS_APPEND", "value": "-XX:TieredStopAtLevel=1"},
                    ],
                    "readinessProbe": {
                        "httpGet": {"path": "/health/ready", "port": 9000},
                        "timeoutSeconds": 5,
                    },
                    "resources": {
                        "requests": {"cpu": "200m", "memory": "640Mi"},
                        "limits": {"memory": "1280Mi"},
                    },
                    "securityContext": {
                        "allowPrivilegeEscalation": False,
                        "capabilities": {"drop": ["ALL"]},
                        "readOnlyRootFilesystem": True,
                    },
                    "volumeMounts": [
                        {"name": "scratch", "mountPath": HOME},
                        {"name": "scratch", "mountPath": "/tmp"},
                        {"name": "realm", "mountPath": f"{HOME}/import"},
                    ],
                }
            ],
            "volumes": [
                {"name": "scratch", "emptyDir": {}},
                {"name": "realm", "secret": {"secretName": NAME}},
            ],
        },
    }


def _service() -> dict[str, Any]:
    return {
        "metadata": {"name": NAME},
        "spec": {"type": "NodePort", "selector": {"app": NAME}, "ports": [{"port": PORT}]},
    }
