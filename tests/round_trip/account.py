"""An AWS account on this machine: moto's server, with a double of Pod Identity in front of it.

The server is a thread of this process, so it ends with the process.
"""

import os
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import boto3
import moto
from botocore.config import Config
from moto.moto_api._internal import moto_api_backend
from moto.moto_server.werkzeug_app import (
    DomainDispatcherApplication,
    MotoRequestHandler,
    create_backend_app,
)
from werkzeug.serving import make_server

from tests.round_trip.eks import Eks
from tests.round_trip.moto_patches import patched
from tests.round_trip.pod_identity import PodIdentity

ANNOUNCEMENT = (
    f"AWS is moto {moto.__version__}; EKS Pod Identity is a double of this repository, since "
    "moto has none. Neither is proof that AWS does the same."
)
# Terraform's AWS provider would look for others in files and at metadata addresses.
NO_OTHERS = {
    "AWS_CONFIG_FILE": os.devnull,
    "AWS_EC2_METADATA_DISABLED": "true",
    "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
}


class _Quiet(MotoRequestHandler):
    def log_request(self, *args: Any) -> None:
        """Log nothing: hundreds of requests would hide the output of a test."""


@dataclass(frozen=True)
class Account:
    """An account, its endpoint and its clients."""

    id: str
    endpoint: str
    region: str

    @property
    def env(self) -> Mapping[str, str]:
        """Environment variables that make a program use this account as AWS."""
        return {
            **NO_OTHERS,
            "AWS_ACCESS_KEY_ID": "testing",
            "AWS_ENDPOINT_URL": self.endpoint,
            "AWS_REGION": self.region,
            "AWS_SECRET_ACCESS_KEY": "testing",
        }

    def client(self, service: str) -> Any:
        """Return a boto3 client without retries."""
        return boto3.client(
            service,
            aws_access_key_id="testing",
            aws_secret_access_key="testing",
            config=Config(retries={"total_max_attempts": 1}),
            endpoint_url=self.endpoint,
            region_name=self.region,
        )


@contextmanager
def account(identity: str, region: str) -> Iterator[Account]:
    """An empty account, removed with its contents at the end."""
    moto_api_backend.reset()
    dispatcher = DomainDispatcherApplication(create_backend_app)
    application = PodIdentity(Eks(dispatcher, identity), identity)
    server = make_server("127.0.0.1", 0, application, threaded=True, request_handler=_Quiet)
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        with patched():
            yield Account(identity, f"http://127.0.0.1:{server.server_port}", region)
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
        moto_api_backend.reset()
