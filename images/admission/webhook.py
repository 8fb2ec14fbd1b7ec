"""The webhook of charts/admission: it adds the placement of a pod's class when the pod is created.

It answers reviews of the API server over TLS and keeps nothing of them, so that a dry run differs
in nothing. Rules are not its task: the policies of the chart refuse pods.
"""

import argparse
import asyncio
import base64
import json
import logging
import signal
import ssl
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from types import FrameType
from typing import Any, Required, TypedDict

import msgspec
import uvicorn

from scripts.admission.classes import Classes, rendered_classes
from scripts.admission.placement import mutated

# A review may contain two objects, of which the API server accepts 3 MiB each.
LARGEST_BODY = 8 * 2**20
# The API server closes idle connections after 90 seconds. If the webhook closed them first, a
# request could arrive on a connection that is just being closed.
IDLE_SECONDS = 120
TYPE = ("admission.k8s.io/v1", "AdmissionReview")

Object = dict[str, Any]
Send = Callable[[Object], Awaitable[None]]
Receive = Callable[[], Awaitable[Object]]
log = logging.getLogger("webhook")


# Only the fields that a placement reads are decoded. Lists are complete, since a patch replaces
# them as a whole, except for the containers: their number and order never change.
class Container(TypedDict, total=False):
    resources: Object


class NodeAffinity(TypedDict, total=False):
    requiredDuringSchedulingIgnoredDuringExecution: Object
    preferredDuringSchedulingIgnoredDuringExecution: list[Object]


class Affinity(TypedDict, total=False):
    nodeAffinity: NodeAffinity


class Spec(TypedDict, total=False):
    containers: list[Container]
    tolerations: list[Object]
    nodeSelector: dict[str, str]
    affinity: Affinity
    priorityClassName: str
    priority: int
    preemptionPolicy: str
    runtimeClassName: str


class Metadata(TypedDict, total=False):
    labels: dict[str, str]
    annotations: dict[str, str]


class Pod(TypedDict):
    metadata: Required[Metadata]
    spec: Required[Spec]


class Kind(msgspec.Struct, frozen=True):
    kind: str = ""


class User(msgspec.Struct, frozen=True):
    username: str = ""
    groups: list[str] = []


class Request(msgspec.Struct, rename="camel"):
    """The request that the API server asks about."""

    uid: str
    kind: Kind = Kind()
    operation: str = ""
    sub_resource: str = ""
    user_info: User = User()
    object: msgspec.Raw = msgspec.Raw(b"null")


class Review(msgspec.Struct, rename="camel"):
    """An AdmissionReview; `request` is absent in answers."""

    api_version: str = ""
    kind: str = ""
    request: Request | None = None


REVIEW = msgspec.json.Decoder(Review)
POD = msgspec.json.Decoder(Pod)
ENCODER = msgspec.json.Encoder()


class BadRequest(Exception):
    """A request that is not a review: status and sentence of the answer."""

    def __init__(self, status: int, sentence: str) -> None:
        super().__init__(sentence)
        self.status = status


def reviewed(body: bytes, classes: Classes) -> bytes:
    """Return the answer to a review; raise BadRequest when the body is not a review."""
    try:
        review = REVIEW.decode(body)
        request = review.request
        if (review.api_version, review.kind) != TYPE or request is None:
            raise BadRequest(
                400,
                f"The body is apiVersion '{review.api_version}', kind '{review.kind}'"
                f"{'' if request else ' without a request'}: send a request of {' '.join(TYPE)}.",
            )
        response: Object = {"uid": request.uid, "allowed": True}
        if (request.kind.kind, request.operation, request.sub_resource) == ("Pod", "CREATE", ""):
            pod: Any = POD.decode(request.object)
            user = request.user_info
            made = mutated(pod, classes, user=user.username, groups=user.groups)
            if patch := [*changes(pod, made, "")]:
                response["patchType"] = "JSONPatch"
                response["patch"] = base64.b64encode(ENCODER.encode(patch)).decode()
    except msgspec.DecodeError as error:
        raise BadRequest(400, f"The body is not a valid AdmissionReview: {error}.") from None
    return ENCODER.encode({"apiVersion": TYPE[0], "kind": TYPE[1], "response": response})


def changes(before: Any, after: Any, path: str) -> Iterator[Object]:
    """The operations of a JSONPatch between two objects; lists of other length are replaced."""
    if before == after:
        return
    if isinstance(before, dict) and isinstance(after, dict):
        for key in dict.fromkeys([*before, *after]):
            here = f"{path}/{key.replace('~', '~0').replace('/', '~1')}"
            if key not in after:
                yield {"op": "remove", "path": here}
            elif key not in before:
                yield {"op": "add", "path": here, "value": after[key]}
            else:
                yield from changes(before[key], after[key], here)
    elif isinstance(before, list) and isinstance(after, list) and len(before) == len(after):
        for index, pair in enumerate(zip(before, after, strict=True)):
            yield from changes(*pair, f"{path}/{index}")
    else:
        yield {"op": "replace", "path": path, "value": after}


class Webhook:
    """The ASGI application: reviews at /mutate, probes at /readyz and /livez."""

    def __init__(self, classes: Classes) -> None:
        self._classes = classes
        self.ends = False

    async def __call__(self, scope: Object, receive: Receive, send: Send) -> None:
        status, kind = 200, b"text/plain; charset=utf-8"
        try:
            body = await self._answer(scope["method"], scope["path"], receive)
            if scope["path"] == "/mutate":
                kind = b"application/json"
        except BadRequest as error:
            status, body = error.status, f"{error}\n".encode()
        except Exception as error:
            log.error("A review failed: %s: %s", type(error).__name__, error)
            status, body = 500, b"The review failed; the log of the webhook has the reason.\n"
        headers = [(b"content-type", kind), (b"content-length", b"%d" % len(body))]
        if self.ends:
            headers.append((b"connection", b"close"))
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": body})

    async def _answer(self, method: str, path: str, receive: Receive) -> bytes:
        if path not in ("/mutate", "/readyz", "/livez"):
            raise BadRequest(404, f"Unknown path '{path}': send reviews to /mutate.")
        expected = "POST" if path == "/mutate" else "GET"
        if method != expected:
            raise BadRequest(405, f"Method {method} is not allowed for {path}: use {expected}.")
        if path == "/readyz" and self.ends:
            raise BadRequest(503, "The webhook ends.")
        return reviewed(await _read(receive), self._classes) if path == "/mutate" else b"ok\n"


async def _read(receive: Receive) -> bytes:
    parts, size, more = [], 0, True
    while more:
        message = await receive()
        part = message.get("body", b"")
        size += len(part)
        more = message.get("more_body", False)
        # The rest is read, too, since a client reads the answer after it has sent its body.
        if size <= LARGEST_BODY:
            parts.append(part)
    if size > LARGEST_BODY:
        raise BadRequest(413, f"The body is larger than {LARGEST_BODY} bytes.")
    return b"".join(parts)


class Certificate:
    """The certificate in a mounted Secret; connections are refused until it is there."""

    def __init__(self, folder: Path) -> None:
        self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.context.minimum_version = ssl.TLSVersion.TLSv1_2
        self._folder = folder
        self._loaded = self._refused = (b"", b"")

    def refresh(self) -> bool:
        """Load the files if they have changed; return whether a certificate is loaded.

        Open connections continue, and new ones get the new certificate.
        """
        # Kubelet replaces this link, so that both files are of the same version.
        link = self._folder / "..data"
        folder = link.resolve() if link.exists() else self._folder
        names = (folder / "tls.crt", folder / "tls.key")
        try:
            files = (names[0].read_bytes(), names[1].read_bytes())
        except OSError:
            files = (b"", b"")
        if files in (self._loaded, self._refused):
            return any(self._loaded)
        try:
            # An invalid pair would leave the context without a certificate: another one tries it.
            # Without a password, an encrypted key is an error instead of a question.
            for context in (ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER), self.context):
                context.load_cert_chain(*names, password=str)
        except (OSError, ValueError) as error:
            log.error("The certificate in %s is not usable: %s", self._folder, error)
            self._refused = files
        else:
            log.info("Loaded the certificate in %s.", self._folder)
            self._loaded = files
        return any(self._loaded)

    async def watch(self, seconds: float) -> None:
        """Refresh for ever."""
        while True:
            self.refresh()
            await asyncio.sleep(seconds)


class Server(uvicorn.Server):
    """A server that continues for some time after SIGTERM, since clients learn of it later."""

    def __init__(self, config: uvicorn.Config, webhook: Webhook, drain_seconds: float) -> None:
        super().__init__(config)
        self._webhook = webhook
        self._drain_seconds = drain_seconds
        self._loop: asyncio.AbstractEventLoop | None = None

    async def serve(self, sockets: Any = None) -> None:
        self._loop = asyncio.get_running_loop()
        await super().serve(sockets)

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        if sig != signal.SIGTERM or self._loop is None:
            super().handle_exit(sig, frame)
        elif not self._webhook.ends:
            self._webhook.ends = True
            exits = super().handle_exit
            self._loop.call_soon_threadsafe(
                self._loop.call_later, self._drain_seconds, exits, sig, frame
            )


async def run(options: argparse.Namespace) -> None:
    """Serve until SIGTERM and the seconds of draining after it."""
    webhook = Webhook(rendered_classes(json.loads(options.table.read_text())))
    certificate = Certificate(options.certificate)
    config = uvicorn.Config(
        webhook,
        host=options.host,
        port=options.port,
        ssl_context_factory=lambda *_: certificate.context,
        http="httptools",
        ws="none",
        lifespan="off",
        log_config=None,
        access_log=False,
        server_header=False,
        date_header=False,
        timeout_keep_alive=IDLE_SECONDS,
        timeout_graceful_shutdown=5,
    )
    if not certificate.refresh():
        log.warning("Waiting for a certificate in %s (tls.crt, tls.key).", options.certificate)
    watching = asyncio.create_task(certificate.watch(options.poll_seconds))
    await Server(config, webhook, options.drain_seconds).serve()
    watching.cancel()


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--table", type=Path, default="/etc/admission/table/table.json")
    parser.add_argument("--certificate", type=Path, default="/etc/admission/certificate")
    # Empty means all addresses, of IPv4 and IPv6.
    parser.add_argument("--host", default="")
    parser.add_argument("--port", type=int, default=8443)
    parser.add_argument("--poll-seconds", type=float, default=5)
    parser.add_argument("--drain-seconds", type=float, default=10)
    return parser.parse_args()


if __name__ == "__main__":
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(message)s")
    import uvloop

    uvloop.run(run(_options()))
