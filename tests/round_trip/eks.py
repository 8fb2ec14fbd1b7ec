"""A double of parts of EKS that moto lacks: a layer in front of moto's application.

It stores add-ons, access entries and their policies, and keeps fields of clusters and node groups
that moto drops. Clusters get a security group and a certificate, as in AWS.
"""

import json
import re
from base64 import b64encode
from collections.abc import Callable
from io import BytesIO
from typing import Any

from moto.ec2.models import ec2_backends
from moto.eks.models import eks_backends

PLACES = {
    "cluster": r"/clusters",
    "nodegroup": r"/clusters/([^/]+)/node-groups",
    "addons": r"/clusters/([^/]+)/addons",
    "addon": r"/clusters/([^/]+)/addons/([^/]+)",
    "entries": r"/clusters/([^/]+)/access-entries",
    "policies": r"/clusters/([^/]+)/access-entries/(.+)/access-policies",
    "policy": r"/clusters/([^/]+)/access-entries/(.+)/access-policies/(.+)",
    "entry": r"/clusters/([^/]+)/access-entries/((?!.*/access-policies).+)",
}
# Fields that moto drops, by the name of its attribute.
DROPPED = {"access_config": "accessConfig", "upgrade_policy": "upgradePolicy"}


class Eks:
    """A WSGI application: it handles the calls that moto lacks, and completes two of moto's."""

    def __init__(self, moto: Callable, account: str) -> None:
        self._moto = moto
        self._account = account
        # By cluster and name or ARN.
        self._addons: dict[tuple[str, str], dict] = {}
        self._entries: dict[tuple[str, str], dict] = {}
        self._policies: dict[tuple[str, str], dict[str, dict]] = {}

    def __call__(self, environ: dict, start_response: Callable):
        scope = re.search(
            r"Credential=[^/]+/\d+/([^/]+)/eks/", environ.get("HTTP_AUTHORIZATION", "")
        )
        place = _place(environ["PATH_INFO"]) if scope else None
        if place is None:
            return self._moto(environ, start_response)
        name, found = place
        method = environ["REQUEST_METHOD"]
        raw = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
        sent = json.loads(raw or "{}")
        if name in ("cluster", "nodegroup"):
            environ["wsgi.input"] = BytesIO(raw)
            answer = self._moto(environ, start_response)
            if method == "POST":
                getattr(self, f"_complete_{name}")(scope[1], *found, sent)
            return answer
        try:
            status, said, headers = 200, getattr(self, f"_{method}_{name}")(*found, sent), []
        except KeyError as missing:
            status, said = 404, {"message": f"Not found: {missing}"}
            headers = [("x-amzn-ErrorType", "ResourceNotFoundException")]
        body = json.dumps(said).encode()
        length = ("Content-Length", str(len(body)))
        start_response(f"{status} ", [("Content-Type", "application/json"), length, *headers])
        return [body]

    def _complete_cluster(self, region: str, sent: dict) -> None:
        cluster = eks_backends[self._account][region].clusters[sent["name"]]
        cluster.certificate_authority = {"data": b64encode(b"certificate").decode()}
        for attribute, field in DROPPED.items():
            setattr(cluster, attribute, sent.get(field))
        if subnets := sent["resourcesVpcConfig"].get("subnetIds"):
            ec2 = ec2_backends[self._account][region]
            vpc = ec2.get_subnet(subnets[0]).vpc_id
            group = ec2.create_security_group(f"eks-cluster-sg-{cluster.name}", "EKS", vpc)
            made = {"clusterSecurityGroupId": group.id, "vpcId": vpc}
            cluster.resources_vpc_config = cluster.resources_vpc_config | made

    def _complete_nodegroup(self, region: str, cluster: str, sent: dict) -> None:
        groups = eks_backends[self._account][region].clusters[cluster].nodegroups
        group = groups[sent["nodegroupName"]]
        group.update_config = sent.get("updateConfig")
        # Moto invents a key for logging in.
        group.remote_access = sent.get("remoteAccess")

    def _POST_addons(self, cluster: str, sent: dict) -> dict:
        name = sent["addonName"]
        arn = f"arn:aws:eks:::addon/{cluster}/{name}"
        addon = {**sent, "addonArn": arn, "clusterName": cluster, "status": "ACTIVE"}
        self._addons[cluster, name] = addon | {"createdAt": 0, "modifiedAt": 0}
        return {"addon": self._addons[cluster, name]}

    def _GET_addon(self, cluster: str, name: str, _: dict) -> dict:
        return {"addon": self._addons[cluster, name]}

    def _DELETE_addon(self, cluster: str, name: str, _: dict) -> dict:
        return {"addon": self._addons.pop((cluster, name))}

    def _POST_entries(self, cluster: str, sent: dict) -> dict:
        arn = sent["principalArn"]
        made = {
            "kubernetesGroups": [],
            "type": "STANDARD",
            "username": arn,
            **sent,
            "accessEntryArn": f"arn:aws:eks:::access-entry/{cluster}/{arn}",
            "clusterName": cluster,
        }
        self._entries[cluster, arn] = made | {"createdAt": 0, "modifiedAt": 0}
        self._policies[cluster, arn] = {}
        return {"accessEntry": self._entries[cluster, arn]}

    def _GET_entry(self, cluster: str, arn: str, _: dict) -> dict:
        return {"accessEntry": self._entries[cluster, arn]}

    def _DELETE_entry(self, cluster: str, arn: str, _: dict) -> dict:
        self._entries.pop((cluster, arn))
        return {}

    def _POST_policies(self, cluster: str, arn: str, sent: dict) -> dict:
        made = {**sent, "associatedAt": 0, "modifiedAt": 0}
        self._policies[cluster, arn][sent["policyArn"]] = made
        return {"associatedAccessPolicy": made, "clusterName": cluster, "principalArn": arn}

    def _GET_policies(self, cluster: str, arn: str, _: dict) -> dict:
        found = list(self._policies[cluster, arn].values())
        return {"associatedAccessPolicies": found, "clusterName": cluster, "principalArn": arn}

    def _DELETE_policy(self, cluster: str, arn: str, policy: str, _: dict) -> dict:
        self._policies[cluster, arn].pop(policy)
        return {}


def _place(path: str) -> tuple[str, tuple[Any, ...]] | None:
    for name, pattern in PLACES.items():
        if found := re.fullmatch(pattern, path):
            return name, found.groups()
    return None
