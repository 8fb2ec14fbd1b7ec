"""Dags of a team are uploaded to its folder of the environment's bucket, and to no other."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import boto3
import pytest
from moto import mock_aws

from scripts.errors import Refusal
from scripts.releases.dags import publish

BUCKET = "airflow-prod-dags-111122223333"


@pytest.fixture
def s3() -> Iterator[Any]:
    """The bucket, with a Dag of another team."""
    with mock_aws():
        client = boto3.client(
            "s3",
            region_name="eu-central-1",
            aws_access_key_id="testing",
            aws_secret_access_key="testing",
        )
        place = {"LocationConstraint": "eu-central-1"}
        client.create_bucket(Bucket=BUCKET, CreateBucketConfiguration=place)
        client.put_object(Bucket=BUCKET, Key="payments-emea/pay.py", Body=b"a = 1")
        yield client


def there(s3: Any) -> dict[str, bytes]:
    listed = s3.list_objects_v2(Bucket=BUCKET).get("Contents", [])
    return {
        one["Key"]: s3.get_object(Bucket=BUCKET, Key=one["Key"])["Body"].read() for one in listed
    }


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Two Dags, a file for them, and files that belong to git and to Python."""
    files = {
        "pay.py": "a = 1",
        "reports/daily.py": "b = 2",
        "reports/query.sql": "select 1",
        ".airflowignore": "helpers",
        ".git/config": "secret",
        "__pycache__/pay.pyc": "old",
    }
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text)
    return tmp_path


def test_the_folder_of_the_team_gets_the_files_and_no_hidden_ones(s3: Any, folder: Path) -> None:
    changes = publish("prod/payments", folder, client=s3)
    assert changes.deleted == ()
    assert there(s3) == {
        "payments-emea/pay.py": b"a = 1",
        "payments/.airflowignore": b"helpers",
        "payments/pay.py": b"a = 1",
        "payments/reports/daily.py": b"b = 2",
        "payments/reports/query.sql": b"select 1",
    }


def test_a_second_upload_changes_what_has_changed_only(s3: Any, folder: Path) -> None:
    publish("prod/payments", folder, client=s3)
    (folder / "pay.py").write_text("a = 3")
    (folder / "reports" / "daily.py").unlink()
    changes = publish("prod/payments", folder, client=s3)
    assert (changes.uploaded, changes.deleted) == (("pay.py",), ("reports/daily.py",))
    assert there(s3)["payments/pay.py"] == b"a = 3"
    assert "payments/reports/daily.py" not in there(s3)
    assert there(s3)["payments-emea/pay.py"] == b"a = 1"


def test_a_dry_run_says_the_same_and_changes_nothing(s3: Any, folder: Path) -> None:
    before = there(s3)
    dry = publish("prod/payments", folder, dry_run=True, client=s3)
    assert there(s3) == before
    assert publish("prod/payments", folder, client=s3) == dry


@pytest.mark.parametrize(
    ("files", "release", "said"),
    [
        ({"notes.txt": ""}, "prod/payments", "has no Dag, no .py and no .zip file"),
        ({"pay.py": "def ("}, "prod/payments", "pay.py line 1 is not valid Python: correct it."),
        ({"pay.py": "a = 1"}, "local/payments", "local has no bucket of Dags"),
        ({"pay.py": "a = 1"}, "prod/moon", "unknown team 'moon' in prod"),
    ],
)
def test_a_wrong_upload_is_refused_before_anything_is_changed(
    s3: Any, tmp_path: Path, files: dict[str, str], release: str, said: str
) -> None:
    for name, text in files.items():
        (tmp_path / name).write_text(text)
    before = there(s3)
    with pytest.raises(Refusal) as refused:
        publish(release, tmp_path, client=s3)
    assert said in str(refused.value)
    assert there(s3) == before


def test_a_folder_that_does_not_exist_is_refused(s3: Any, tmp_path: Path) -> None:
    with pytest.raises(Refusal, match="is not a folder: name the folder with the team's Dags"):
        publish("prod/payments", tmp_path / "none", client=s3)


def test_a_bucket_that_does_not_exist_is_one_sentence(s3: Any, folder: Path) -> None:
    with pytest.raises(Refusal, match="The bucket airflow-nonprod-dags-444455556666 cannot be"):
        publish("nonprod/payments", folder, client=s3)
