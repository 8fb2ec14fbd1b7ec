"""The prerequisites of an environment, created in an empty account: network and cluster.

The identifiers are those of the environment's facts: its files are not changed for a test.
"""

from base64 import b64encode
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from itertools import count
from typing import Any
from unittest import mock

from moto.eks.models import eks_backends

from tests.round_trip.account import Account


def create_prerequisites(account: Account, facts: Mapping[str, Any]) -> None:
    """Create the resources that the facts name, except those of terraform/bootstrap."""
    _network(account.client("ec2"), facts)
    _cluster(account, facts)


def _network(ec2: Any, facts: Mapping[str, Any]) -> None:
    cluster = facts["cluster"]
    # The first request creates a default network of moto, which must not get our identifiers.
    zones = [zone["ZoneName"] for zone in ec2.describe_availability_zones()["AvailabilityZones"]]
    with _named("vpcs.random_vpc_id", cluster["vpc_id"]):
        ec2.create_vpc(CidrBlock="10.0.0.0/16")
    with _named("security_groups.random_security_group_id", cluster["security_group_id"]):
        ec2.create_security_group(
            GroupName="cluster", Description="cluster", VpcId=cluster["vpc_id"]
        )
    subnets = (facts.get("database") or {}).get("subnet_ids", [])
    for number, (subnet, zone) in enumerate(zip(subnets, zones, strict=False)):
        with _named("subnets.random_subnet_id", subnet):
            ec2.create_subnet(
                AvailabilityZone=zone,
                CidrBlock=f"10.0.{number}.0/24",
                VpcId=cluster["vpc_id"],
            )


def _cluster(account: Account, facts: Mapping[str, Any]) -> None:
    name = facts["cluster"]["name"]
    account.client("eks").create_cluster(
        name=name,
        roleArn=f"arn:aws:iam::{account.id}:role/cluster",
        resourcesVpcConfig={"securityGroupIds": [facts["cluster"]["security_group_id"]]},
    )
    # Moto's is not valid base64.
    made = eks_backends[account.id][account.region].clusters[name]
    made.certificate_authority = {"data": b64encode(b"certificate").decode()}


@contextmanager
def _named(maker: str, identifier: str) -> Iterator[Callable]:
    """Make moto use this identifier for the next resource; further ones get other identifiers."""
    numbers = count()

    def name() -> str:
        number = next(numbers)
        return identifier if number == 0 else f"{identifier}{number:x}"

    with mock.patch(f"moto.ec2.models.{maker}", name) as patched:
        yield patched
