"""The Kubernetes API of one kubeconfig context, for the stand-in of hashicorp/kubernetes."""

import json
from typing import Any

from scripts.workshop.providers.resource import Failure

SECONDS_PER_REQUEST = 30


class Refused(Failure):
    """The API said no."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__("Kubernetes refused", message)
        self.status = status

    @property
    def absent(self) -> bool:
        return self.status == 404

    @property
    def conflict(self) -> bool:
        """It exists already, or it changed since we read it."""
        return self.status == 409


class KubernetesApi:
    """Calls the API; the client is loaded when it is first needed."""

    def __init__(self, path: str | None, context: str | None) -> None:
        self._path = path
        self._context = context
        self._api = None

    def call(self, act: str, noun: str, **arguments: Any) -> dict:
        """`call("read", "config_map", …)`; what comes back is as Kubernetes writes it."""
        from kubernetes.client import ApiException
        from urllib3.exceptions import HTTPError

        api = self._client()
        method = f"{act}_namespaced_{noun}" if "namespace" in arguments else f"{act}_{noun}"
        try:
            answer = getattr(api, method)(**arguments, _request_timeout=SECONDS_PER_REQUEST)
        except ApiException as error:
            raise Refused(error.status, _words(error)) from None
        except HTTPError as error:
            host = api.api_client.configuration.host
            raise Failure("Kubernetes does not answer", f"{host}: {error}") from None
        return api.api_client.sanitize_for_serialization(answer)

    def _client(self):
        if self._api is None:
            # A second of imports: not for a schema, not for a plan that reads nothing.
            from kubernetes.client import Configuration, CoreV1Api
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
                raise Failure("The kubeconfig cannot be used", f"{self._path}: {error}") from None
            self._api = CoreV1Api(client)
        return self._api


def _words(error: Any) -> str:
    """What the API server wrote, or the status line of whoever stands before it."""
    try:
        return json.loads(error.body)["message"]
    except (KeyError, TypeError, ValueError):
        return f"{error.status} {error.reason}"
