"""A double of the EKS Pod Identity API, which moto lacks: a layer in front of moto's application.

Requests and responses follow AWS's own model of the service in botocore. It stores
associations; it issues no credentials.
"""

import json
import re
import secrets
import string
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs, unquote

from botocore.session import get_session
from botocore.validate import ParamValidator
from moto.eks.models import eks_backends

MODEL = get_session().get_service_model("eks")
OPERATIONS = (
    "CreatePodIdentityAssociation",
    "DescribePodIdentityAssociation",
    "ListPodIdentityAssociations",
    "UpdatePodIdentityAssociation",
    "DeletePodIdentityAssociation",
    "ListTagsForResource",
    "TagResource",
    "UntagResource",
)
SUMMARY = MODEL.shape_for("PodIdentityAssociationSummary").members
PAGE = 100


class Refused(Exception):
    """An error of the service."""

    def __init__(self, error: str, message: str) -> None:
        super().__init__(message)
        self.error = error

    @property
    def status(self) -> int:
        return MODEL.shape_for(self.error).metadata["error"]["httpStatusCode"]


@dataclass(frozen=True)
class Call:
    """A request: the operation, its parameters, and account, region and cluster."""

    operation: str
    parameters: Mapping[str, Any]
    account: str
    region: str


class PodIdentity:
    """A WSGI application: it handles the calls of Pod Identity; moto handles all others."""

    def __init__(self, moto: Callable, account: str) -> None:
        self._moto = moto
        self._account = account
        self._lock = threading.Lock()
        # By ARN, as PodIdentityAssociations of AWS.
        self._associations: dict[str, dict] = {}

    def __call__(self, environ: dict, start_response: Callable):
        # Moto takes the account of a request from here; all of ours have the same.
        environ["HTTP_X_MOTO_ACCOUNT_ID"] = self._account
        call = self._call(environ)
        if call is None:
            return self._moto(environ, start_response)
        try:
            with self._lock:
                status, answer, headers = 200, getattr(self, f"_{call.operation}")(call), []
        except Refused as refused:
            status, answer = refused.status, {"message": str(refused)}
            headers = [("x-amzn-ErrorType", refused.error)]
        body = json.dumps(answer).encode()
        length = ("Content-Length", str(len(body)))
        start_response(f"{status} ", [("Content-Type", "application/json"), length, *headers])
        return [body]

    def _call(self, environ: Mapping[str, Any]) -> Call | None:
        """Return the operation of a request; None if it belongs to another service."""
        scope = re.search(
            r"Credential=[^/]+/\d+/([^/]+)/eks/", environ.get("HTTP_AUTHORIZATION", "")
        )
        path = unquote(environ["PATH_INFO"])
        ours = "/pod-identity-associations" in path or ":podidentityassociation/" in path
        if scope is None or not ours:
            return None
        for name in OPERATIONS:
            operation = MODEL.operation_model(name)
            pattern = re.sub(r"\{(\w+)\}", r"(?P<\1>[^/]+)", operation.http["requestUri"])
            found = re.fullmatch(
                pattern.replace("(?P<resourceArn>[^/]+)", "(?P<resourceArn>.+)"), path
            )
            if found and operation.http["method"] == environ["REQUEST_METHOD"]:
                parameters = _parameters(operation.input_shape, found.groupdict(), environ)
                return Call(name, parameters, self._account, scope[1])
        return None

    def _CreatePodIdentityAssociation(self, call: Call) -> dict:
        wanted = _checked(call)
        cluster, namespace, account = (
            wanted[key] for key in ("clusterName", "namespace", "serviceAccount")
        )
        for one in self._of(call):
            if (one["namespace"], one["serviceAccount"]) == (namespace, account):
                raise Refused(
                    "ResourceInUseException",
                    f"Association already exists: {one['associationId']}",
                )
        identity = "a-" + "".join(
            secrets.choice(string.ascii_lowercase + string.digits) for _ in range(17)
        )
        arn = (
            f"arn:aws:eks:{call.region}:{call.account}:podidentityassociation/{cluster}/{identity}"
        )
        now = time.time()
        known = {key: value for key, value in wanted.items() if key != "clientRequestToken"}
        self._associations[arn] = {
            "disableSessionTags": False,
            "tags": {},
            **known,
            "associationArn": arn,
            "associationId": identity,
            "createdAt": now,
            "modifiedAt": now,
        }
        return {"association": self._associations[arn]}

    def _DescribePodIdentityAssociation(self, call: Call) -> dict:
        return {"association": self._one(call)}

    def _ListPodIdentityAssociations(self, call: Call) -> dict:
        asked = _checked(call)
        found = [
            one
            for one in self._of(call)
            if all(asked.get(key, one[key]) == one[key] for key in ("namespace", "serviceAccount"))
        ]
        first = int(asked.get("nextToken", 0))
        last = first + asked.get("maxResults", PAGE)
        page = [{key: one[key] for key in SUMMARY if key in one} for one in found[first:last]]
        return {"associations": page} | ({"nextToken": str(last)} if last < len(found) else {})

    def _UpdatePodIdentityAssociation(self, call: Call) -> dict:
        one = self._one(call)
        changeable = ("disableSessionTags", "policy", "roleArn", "targetRoleArn")
        one |= {key: call.parameters[key] for key in changeable if key in call.parameters}
        one["modifiedAt"] = time.time()
        return {"association": one}

    def _DeletePodIdentityAssociation(self, call: Call) -> dict:
        return {"association": self._associations.pop(self._one(call)["associationArn"])}

    def _ListTagsForResource(self, call: Call) -> dict:
        return {"tags": self._tagged(call)}

    def _TagResource(self, call: Call) -> dict:
        self._tagged(call).update(_checked(call, "BadRequestException")["tags"])
        return {}

    def _UntagResource(self, call: Call) -> dict:
        for key in call.parameters["tagKeys"]:
            self._tagged(call).pop(key, None)
        return {}

    def _of(self, call: Call) -> list[dict]:
        """All associations of the cluster; without the cluster there is nothing to ask."""
        name = call.parameters["clusterName"]
        if name not in eks_backends[call.account][call.region].clusters:
            raise Refused("ResourceNotFoundException", f"No cluster found for name: {name}.")
        prefix = f"arn:aws:eks:{call.region}:{call.account}:podidentityassociation/{name}/"
        return [one for arn, one in self._associations.items() if arn.startswith(prefix)]

    def _one(self, call: Call) -> dict:
        wanted = _checked(call)["associationId"]
        for one in self._of(call):
            if one["associationId"] == wanted:
                return one
        raise Refused(
            "ResourceNotFoundException",
            f"The association {wanted} does not exist in cluster {call.parameters['clusterName']}",
        )

    def _tagged(self, call: Call) -> dict:
        arn = call.parameters["resourceArn"]
        if arn not in self._associations:
            raise Refused("NotFoundException", f"The resource {arn} does not exist")
        return self._associations[arn]["tags"]


def _parameters(shape, uri: Mapping[str, str], environ: Mapping[str, Any]) -> dict[str, Any]:
    """The parameters of a request by their names in the model, from path, query and body."""
    found = json.loads(environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0)) or "{}")
    query = parse_qs(environ["QUERY_STRING"])
    for name, member in shape.members.items():
        place, wire = member.serialization.get("location"), member.serialization.get("name", name)
        if place == "uri":
            found[name] = uri[wire]
        elif place == "querystring" and wire in query:
            values = query[wire]
            found[name] = {
                "list": values,
                "integer": int(values[0]) if values[0].isdigit() else 0,
            }.get(member.type_name, values[0])
    return found


def _checked(call: Call, error: str = "InvalidParameterException") -> Mapping[str, Any]:
    """The parameters, if they fit the model."""
    shape = MODEL.operation_model(call.operation).input_shape
    report = ParamValidator().validate(call.parameters, shape)
    if report.has_errors():
        raise Refused(error, report.generate_report())
    if unknown := sorted(call.parameters.keys() - shape.members.keys()):
        raise Refused(error, f"Unknown parameters: {', '.join(unknown)}")
    return call.parameters
