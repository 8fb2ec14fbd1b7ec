"""The test double of EKS Pod Identity behaves as AWS's model of the API says."""

from collections.abc import Iterator
from typing import Any

import pytest
from botocore.exceptions import ClientError
from botocore.validate import ParamValidator

from tests.round_trip.account import Account, account
from tests.round_trip.pod_identity import MODEL

IDENTITY, REGION, CLUSTER = "111122223333", "eu-central-1", "shared"
ROLE = f"arn:aws:iam::{IDENTITY}:role/airflow/prod/scheduler"
WANTED = {
    "clusterName": CLUSTER,
    "namespace": "airflow-payments",
    "serviceAccount": "airflow-scheduler",
    "roleArn": ROLE,
    "tags": {"team": "payments"},
}


@pytest.fixture
def aws() -> Iterator[Account]:
    with account(IDENTITY, REGION) as found:
        yield found


@pytest.fixture
def eks(aws: Account) -> Any:
    client = aws.client("eks")
    client.create_cluster(name=CLUSTER, roleArn=ROLE, resourcesVpcConfig={})
    return client


@pytest.fixture
def association(eks) -> dict:
    return eks.create_pod_identity_association(**WANTED)["association"]


def named(association: dict) -> dict:
    return {"clusterName": CLUSTER, "associationId": association["associationId"]}


def error(call, **parameters) -> str:
    with pytest.raises(ClientError) as refused:
        call(**parameters)
    return refused.value.response["Error"]["Code"]


def test_an_association_has_the_requested_attributes(association):
    assert association.items() >= WANTED.items()


def test_an_association_has_an_arn_of_the_account(association):
    place = f"arn:aws:eks:{REGION}:{IDENTITY}:podidentityassociation/{CLUSTER}"
    assert association["associationArn"] == f"{place}/{association['associationId']}"


@pytest.mark.parametrize("operation", ["Create", "Describe", "Update", "List", "Delete"])
def test_every_response_conforms_to_the_model(eks, association, operation):
    plural = "s" if operation == "List" else ""
    name = f"{operation}PodIdentityAssociation{plural}"
    parameters = {
        "Create": WANTED | {"namespace": "airflow-search"},
        "List": {"clusterName": CLUSTER},
    }.get(operation, named(association))
    method = f"{operation.lower()}_pod_identity_association{plural}"
    response = getattr(eks, method)(**parameters)
    del response["ResponseMetadata"]
    assert response
    report = ParamValidator().validate(response, MODEL.operation_model(name).output_shape)
    assert report.generate_report() == ""


def test_a_created_association_can_be_described(eks, association):
    described = eks.describe_pod_identity_association(**named(association))["association"]
    assert described == association


def test_a_second_association_of_a_service_account_is_refused(eks, association):
    code = error(eks.create_pod_identity_association, **WANTED)
    assert code == "ResourceInUseException"


def test_an_unknown_association_is_not_found(eks):
    unknown = {"clusterName": CLUSTER, "associationId": "a-unknown"}
    code = error(eks.describe_pod_identity_association, **unknown)
    assert code == "ResourceNotFoundException"


def test_an_unknown_cluster_is_not_found(eks):
    code = error(eks.create_pod_identity_association, **WANTED | {"clusterName": "other"})
    assert code == "ResourceNotFoundException"


def test_another_region_has_other_associations(aws, association):
    elsewhere = Account(aws.id, aws.endpoint, "us-east-1").client("eks")
    elsewhere.create_cluster(name=CLUSTER, roleArn=ROLE, resourcesVpcConfig={})
    assert elsewhere.list_pod_identity_associations(clusterName=CLUSTER)["associations"] == []


def test_a_list_can_be_filtered_by_namespace(eks, association):
    eks.create_pod_identity_association(**WANTED | {"namespace": "airflow-search"})
    found = eks.list_pod_identity_associations(clusterName=CLUSTER, namespace="airflow-search")
    assert [one["namespace"] for one in found["associations"]] == ["airflow-search"]


def test_a_long_list_has_pages(eks):
    names = sorted(f"airflow-{number}" for number in range(5))
    for name in names:
        eks.create_pod_identity_association(**WANTED | {"serviceAccount": name})
    pages = eks.get_paginator("list_pod_identity_associations")
    found = pages.paginate(clusterName=CLUSTER, PaginationConfig={"PageSize": 2})
    assert sorted(one["serviceAccount"] for page in found for one in page["associations"]) == names


def test_an_update_changes_the_role_and_nothing_else(eks, association):
    eks.update_pod_identity_association(**named(association), roleArn=ROLE + "-2")
    changed = eks.describe_pod_identity_association(**named(association))["association"]
    different = {key for key in association if association[key] != changed[key]}
    assert different == {"roleArn", "modifiedAt"}


def test_a_deleted_association_is_not_found(eks, association):
    eks.delete_pod_identity_association(**named(association))
    code = error(eks.describe_pod_identity_association, **named(association))
    assert code == "ResourceNotFoundException"


def test_tags_are_added_and_removed(eks, association):
    arn = association["associationArn"]
    eks.tag_resource(resourceArn=arn, tags={"environment": "prod"})
    eks.untag_resource(resourceArn=arn, tagKeys=["team"])
    assert eks.list_tags_for_resource(resourceArn=arn)["tags"] == {"environment": "prod"}


def test_a_request_that_violates_the_model_is_refused(eks):
    """The body is replaced after the client's own checks."""
    eks.meta.events.register(
        "before-call.eks.CreatePodIdentityAssociation",
        lambda params, **_: params.update(body=b'{"namespace": 1, "colour": "red"}'),
    )
    assert error(eks.create_pod_identity_association, **WANTED) == "InvalidParameterException"


def test_moto_answers_all_other_calls_in_the_same_account(aws):
    assert aws.client("sts").get_caller_identity()["Account"] == IDENTITY


def test_an_account_starts_empty(eks, association):
    with account(IDENTITY, REGION) as found:
        assert found.client("eks").list_clusters()["clusters"] == []
