"""The Kubernetes API of one kubeconfig context, for the stand-in of hashicorp/kubernetes."""

import json
from typing import Any

from scripts.workshop.providers.resource import Failure

SECONDS_PER_REQUEST = 30


class Refused(Failure):
    """The API refused a request."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__("Kubernetes refused", message)
        self.status = status

    @property
    def absent(self) -> bool:
        return self.status == 404

    @property
    def conflict(self) -> bool:
        """True if the object exists already, or has changed since it was read."""
        return self.status == 409


class KubernetesApi:
    """Calls of the API; the client is loaded at the first one."""

    def __init__(self, path: str | None, context: str | None) -> None:
        self._path = path
        self._context = context
        self._clients: tuple[Any, ...] = ()

    def call(self, act: str, noun: str, **arguments: Any) -> dict:
        """Call a method, like `call("read", "config_map", …)`; return the object as JSON data."""
        from kubernetes.client import ApiException
        from urllib3.exceptions import HTTPError

        method = f"{act}_namespaced_{noun}" if "namespace" in arguments else f"{act}_{noun}"
        api = next(group for group in self._groups() if hasattr(group, method))
        try:
            answer = getattr(api, method)(**arguments, _request_timeout=SECONDS_PER_REQUEST)
        except ApiException as error:
            raise Refused(error.status, _words(error)) from None
        except HTTPError as error:
            host = api.api_client.configuration.host
            raise Failure("Kubernetes does not answer", f"{host}: {error}") from None
        return api.api_client.sanitize_for_serialization(answer)

    def _groups(self) -> tuple[Any, ...]:
        """Return a client of each API group."""
        if not self._clients:
            # Imported late, since it takes a second that schemas and most plans do not need.
            from kubernetes.client import (
                Configuration,
                CoreV1Api,
                RbacAuthorizationV1Api,
                SchedulingV1Api,
            )
            from kubernetes.config import ConfigException, new_client_from_config

            configuration = Configuration()
            configuration.retries = 1
            try:
                client = new_client_from_config(
                    self._path,
                    self._context,
                    persist_config=False,
                    client_configuration=configuration,
                )
            except (ConfigException, OSError) as error:
                raise Failure("Cannot use the kubeconfig", f"{self._path}: {error}") from None
            apis = (CoreV1Api, SchedulingV1Api, RbacAuthorizationV1Api)
            self._clients = tuple(api(client) for api in apis)
        return self._clients


def _words(error: Any) -> str:
    """Return the message of the API server, or the status line if a proxy has answered."""
    try:
        return json.loads(error.body)["message"]
    except (KeyError, TypeError, ValueError):
        return f"{error.status} {error.reason}"
