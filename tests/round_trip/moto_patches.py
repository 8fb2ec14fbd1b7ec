"""Patches of moto where it differs from AWS in ways that the AWS provider notices."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from functools import wraps
from hashlib import sha256
from typing import Any
from unittest import mock

from moto.core.responses import ActionResult
from moto.ec2.models.launch_templates import LaunchTemplateBackend
from moto.ec2.models.security_groups import SecurityGroupRule
from moto.ec2.responses.vpcs import VPCs
from moto.iam.access_control import IAMPolicyStatement, PermissionResult
from moto.rds.models import DBParameterGroup, RDSBackend

INSIGHTS = {
    "EnablePerformanceInsights": "performance_insights_enabled",
    "PerformanceInsightsKMSKeyId": "performance_insights_kms_key_id",
}


@contextmanager
def patched() -> Iterator[None]:
    """Apply the patches for as long as the block runs."""
    with ExitStack() as stack:
        for act in ("create_db_instance", "modify_db_instance"):
            patched = _told_apart(getattr(RDSBackend, act))
            stack.enter_context(mock.patch.object(RDSBackend, act, patched))
        patched = _of_a_user(DBParameterGroup.update_parameters)
        stack.enter_context(mock.patch.object(DBParameterGroup, "update_parameters", patched))
        described = property(_description)
        stack.enter_context(mock.patch.object(SecurityGroupRule, "description", described))
        judged = _without_conditions(IAMPolicyStatement.is_action_permitted)
        stack.enter_context(mock.patch.object(IAMPolicyStatement, "is_action_permitted", judged))
        patched = _with_dns_options(VPCs.create_vpc_endpoint)
        stack.enter_context(mock.patch.object(VPCs, "create_vpc_endpoint", patched))
        patched = _without_own_tags(LaunchTemplateBackend.create_launch_template)
        stack.enter_context(
            mock.patch.object(LaunchTemplateBackend, "create_launch_template", patched)
        )
        yield


def _told_apart(act: Callable) -> Callable:
    """An instance has a unique id and reports whether it has Performance Insights."""

    @wraps(act)
    def acting(self: RDSBackend, *arguments: Any) -> Any:
        wanted = arguments[-1]
        told = {name: wanted[key] for key, name in INSIGHTS.items() if key in wanted}
        database = act(self, *arguments)
        for name, value in told.items():
            setattr(database, name, value)
        # Moto uses the same id for all.
        database.dbi_resource_id = f"db-{sha256(database.arn.encode()).hexdigest()[:26].upper()}"
        return database

    return acting


def _of_a_user(act: Callable) -> Callable:
    """A changed parameter has the source `user`, not that of the engine."""

    @wraps(act)
    def acting(self: DBParameterGroup, parameters: Any) -> None:
        act(self, [{**parameter, "Source": "user"} for parameter in parameters])

    return acting


def _description(rule: SecurityGroupRule) -> str | None:
    """A rule for another security group has one, too."""
    return rule.ip_range.get("Description") or rule.source_group.get("Description")


def _without_conditions(act: Callable) -> Callable:
    """A refusal under a condition is none where it is not met. Moto sees no conditions; that of a
    bucket is about connections in the clear, and nothing leaves this machine."""

    @wraps(act)
    def acting(self: IAMPolicyStatement, *arguments: Any, **named: Any) -> PermissionResult:
        if self._statement["Effect"] == "Deny" and "Condition" in self._statement:
            return PermissionResult.NEUTRAL
        return act(self, *arguments, **named)

    return acting


def _with_dns_options(act: Callable) -> Callable:
    """An endpoint keeps its options of DNS."""

    @wraps(act)
    def acting(self: VPCs) -> ActionResult:
        answer = act(self)
        answer.result["VpcEndpoint"].dns_options = self._get_param("DnsOptions")
        return answer

    return acting


def _without_own_tags(act: Callable) -> Callable:
    """The tags of a launch template are not those of the instances that it starts."""

    @wraps(act)
    def acting(self: LaunchTemplateBackend, name: str, text: str, data: dict, tags: dict) -> Any:
        specified = data.get("TagSpecifications", [])
        kept = [one for one in specified if one["ResourceType"] != "launch-template"]
        return act(self, name, text, {**data, "TagSpecifications": kept}, tags)

    return acting
