"""The server of a stand-in: Terraform's plugin handshake, and gRPC over a private socket."""

import base64
import datetime
import os
import signal
import sys
import tempfile
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import grpc
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from tf.gen import grpc_controller_pb2 as controller
from tf.gen import grpc_controller_pb2_grpc as controller_service
from tf.gen import grpc_stdio_pb2_grpc as stdio_service
from tf.gen import tfplugin_pb2_grpc as service

from scripts.workshop.providers.provider import Servicer

# The variable by which Terraform identifies itself to its plugins.
COOKIE = "TF_PLUGIN_MAGIC_COOKIE"
COOKIE_VALUE = "d602bf8f470bc67ca7faa0386276bbdd4330efaf76d1a219cb4d6991ca9872b2"
CORE_PROTOCOL, PROVIDER_PROTOCOL = 1, 6
THREADS = 10


class _Controller(controller_service.GRPCControllerServicer):
    """Receives the shutdown request of Terraform."""

    def __init__(self) -> None:
        self.done = threading.Event()

    def Shutdown(self, request, context):
        self.done.set()
        return controller.Empty()


class _Output(stdio_service.GRPCStdioServicer):
    """Receives requests for output, of which a stand-in has none."""

    def StreamStdio(self, request, context):
        return iter(())


def serve(servicer: Servicer) -> None:
    """Serve until Terraform shuts the provider down or ends."""
    if os.environ.get(COOKIE) != COOKIE_VALUE:
        sys.exit("This is a stand-in for a Terraform provider; it is started by Terraform only.")
    # Ctrl-C reaches the whole process group, but Terraform stops its providers itself.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    end = _Controller()
    server = grpc.server(ThreadPoolExecutor(max_workers=THREADS))
    service.add_ProviderServicer_to_server(servicer, server)
    controller_service.add_GRPCControllerServicer_to_server(end, server)
    stdio_service.add_GRPCStdioServicer_to_server(_Output(), server)
    certificate, credentials = _identity()
    with tempfile.TemporaryDirectory(prefix="terraform-stand-in-") as folder:
        socket = Path(folder) / "socket"
        server.add_secure_port(f"unix:{socket}", credentials)
        server.start()
        encoded = base64.b64encode(certificate).decode().rstrip("=")
        print(
            CORE_PROTOCOL, PROVIDER_PROTOCOL, "unix", socket, "grpc", encoded, sep="|", flush=True
        )
        _wait(end.done, servicer)
        server.stop(grace=1).wait()


def _wait(done: threading.Event, servicer: Servicer) -> None:
    """Wait for the shutdown request, or until Terraform was killed (then the parent changes)."""
    parent = os.getppid()
    while not done.wait(0.2):
        if os.getppid() != parent:
            servicer.stop()
            return


def _identity() -> tuple[bytes, grpc.ServerCredentials]:
    """Return a certificate for this run, since Terraform uses TLS with its plugins."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "localhost")])
    now = datetime.datetime.now(datetime.UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(hours=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .sign(key, hashes.SHA256())
    )
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    chain = certificate.public_bytes(Encoding.PEM)
    # The client certificate is not verified, since gRPC does not support the curve of Terraform's.
    # The socket is in a folder that other users cannot open.
    credentials = grpc.ssl_server_credentials([(pem, chain)])
    return certificate.public_bytes(Encoding.DER), credentials
