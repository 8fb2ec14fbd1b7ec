"""Kubernetes' own schemas, applied strictly: an unknown field is an error, too."""

import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import kubernetes_validate
from jsonschema import Draft202012Validator, ValidationError, validators
from referencing import Registry, Resource

# From the oldest version that the chart installs on to the newest with schemas.
SUPPORTED = tuple(f"1.{minor}" for minor in range(30, 38))

# Custom resources: the same for all versions, from the CRDs of their projects.
_CRDS = Path(__file__).parent / "crds"
_SCHEMAS = Path(kubernetes_validate.__file__).parent / "kubernetes-json-schema"


def problems(manifest: Mapping[str, Any], version: str) -> list[str]:
    """Return the reasons why the API server of a version would refuse an object."""
    validator = _validator(manifest["apiVersion"], manifest["kind"], version)
    if validator is None:
        return [f"Kubernetes {version} has no {manifest['apiVersion']} {manifest['kind']}"]
    return [
        f"{'.'.join(map(str, error.absolute_path))}: {error.message}"
        for error in validator.iter_errors(manifest)
    ]


def _unique(
    validator: Draft202012Validator, keys: list[str], items: Any, schema: Mapping[str, Any]
) -> Iterator[ValidationError]:
    """Refuse items with equal keys, as server-side apply does: two variables of one name."""
    usual = {"protocol": "TCP"}
    found = Counter(tuple(item.get(key, usual.get(key)) for key in keys) for item in items or [])
    for values, count in found.items():
        if count > 1:
            yield ValidationError(f"{count} items have {dict(zip(keys, values, strict=True))}")


Strict = validators.extend(Draft202012Validator, {"x-kubernetes-list-map-keys": _unique})


@cache
def _validator(api_version: str, kind: str, version: str) -> Draft202012Validator | None:
    # rbac.authorization.k8s.io/v1 is rbac-v1 in file names, apps/v1 is apps-v1.
    group = re.sub(r"^([^./]*)(?:\.[^/]*)?/", r"\1-", api_version)
    name = f"{kind.lower()}-{group}.json"
    path = next((f / name for f in (_folder(version), _CRDS) if (f / name).exists()), None)
    if path is None:
        return None
    # Cached: kubernetes-validate's own function reads 2 MB for every object.
    schema = Resource.from_contents(json.loads(path.read_text()))
    return Strict(schema.contents, registry=schema @ _definitions(version))


@cache
def _definitions(version: str) -> Registry:
    contents = json.loads((_folder(version) / "_definitions.json").read_text())
    return Resource.from_contents(contents) @ Registry()


def _folder(version: str) -> Path:
    return _SCHEMAS / f"v{version}.0-local-strict"
