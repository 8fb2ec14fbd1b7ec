"""Kubernetes objects for the stand-in of hashicorp/kubernetes."""

import threading
import time
from base64 import b64encode
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from scripts.workshop.providers.kubernetes_api import KubernetesApi, Refused
from scripts.workshop.providers.resource import Failure, Resource
from scripts.workshop.providers.values import Values

# As long as the real provider waits for the deletion of a namespace.
PATIENCE_SECONDS = 300
# Retries when the object has changed between read and write, such as the status of a quota.
ATTEMPTS = 5


@dataclass(frozen=True)
class ObjectKind:
    """A kind of object: its name in the API, and its part of the state besides metadata."""

    name: str
    noun: str
    # The keys of an object that `write` sets completely.
    keys: tuple[str, ...]
    write: Callable[[Values], dict]
    read: Callable[[dict, Values], Values]
    # A change of its specification replaces the object, so an update leaves it as it is.
    fixed: bool = False
    # Reached before a created object counts as created.
    phase: str = ""


def resources(config: Values) -> Mapping[str, Resource]:
    """Return the implementation of each resource type, for the configured context."""
    api = KubernetesApi(config["config_path"], config["config_context"])
    return {f"kubernetes_{kind.noun}_v1": KubernetesObject(kind, api) for kind in KINDS}


class KubernetesObject:
    """An object of a kind; its state is read from the cluster."""

    def __init__(self, kind: ObjectKind, api: KubernetesApi) -> None:
        self._kind = kind
        self._api = api
        self._stopped = threading.Event()

    def read(self, state: Values) -> Values | None:
        live = self._live(_place(state))
        return None if live is None or _leaving(live) else self._state(live, state)

    def settled(self, planned: Values) -> Values:
        return {}

    def create(self, planned: Values) -> Values:
        place = _place(planned)
        live = self._live(place)
        if live is not None and _leaving(live):
            self._until_gone(place)
            live = None
        if live is None:
            return self._state(self._created(place, planned), planned)
        if not _ours(live, planned):
            raise Failure(
                f"{self._kind.name} {_named(place)} exists already",
                "It lacks the labels of this configuration, so it was created elsewhere: "
                "delete it, or set those labels on it.",
            )
        # An interrupted apply has created it, but not written the state.
        return self.update(planned, planned)

    def update(self, prior: Values, planned: Values) -> Values:
        place = _place(planned)
        for _ in range(ATTEMPTS):
            live = self._live(place)
            if live is None:
                return self._state(self._created(place, planned), planned)
            try:
                written = self._call("replace", place, self._body(planned, live))
            except Refused as refused:
                if refused.conflict:
                    continue
                raise
            return self._state(written, planned)
        raise Failure(f"{self._kind.name} {_named(place)} keeps changing while it is written")

    def delete(self, state: Values) -> None:
        place = _place(state)
        try:
            self._call("delete", place)
        except Refused as refused:
            if not refused.absent:
                raise
        self._until_gone(place)

    def stop(self) -> None:
        self._stopped.set()

    def _call(self, act: str, place: Values, body: dict | None = None) -> dict:
        arguments = dict(place) if body is None else {**place, "body": body}
        if act == "create":
            del arguments["name"]
        return self._api.call(act, self._kind.noun, **arguments)

    def _live(self, place: Values) -> dict | None:
        try:
            return self._call("read", place)
        except Refused as refused:
            if refused.absent:
                return None
            raise

    def _created(self, place: Values, planned: Values) -> dict:
        """Create an object, and wait for its phase as the real provider does."""
        live = self._call("create", place, self._body(planned))
        end = time.monotonic() + PATIENCE_SECONDS
        while self._kind.phase not in ("", _phase(live)):
            if time.monotonic() > end or self._stopped.is_set():
                raise Failure(
                    f"{self._kind.name} {_named(place)} is {_phase(live)}, not {self._kind.phase}"
                )
            self._stopped.wait(0.5)
            live = self._call("read", place)
        return live

    def _until_gone(self, place: Values) -> None:
        """Wait until a deleted object is gone, before another one with its name is created."""
        end = time.monotonic() + PATIENCE_SECONDS
        while (live := self._live(place)) is not None:
            if time.monotonic() > end or self._stopped.is_set():
                conditions = live.get("status", {}).get("conditions") or []
                raise Failure(
                    f"{self._kind.name} {_named(place)} is still there",
                    "\n".join(condition["message"] for condition in conditions),
                )
            self._stopped.wait(0.5)

    def _body(self, planned: Values, live: dict | None = None) -> dict:
        """Return the object to write; other fields of a live object are kept."""
        metadata = planned["metadata"][0]
        previous = (live or {}).get("metadata", {})
        return {
            **{key: value for key, value in (live or {}).items() if key not in self._kind.keys},
            **({} if live and self._kind.fixed else self._kind.write(planned)),
            "metadata": {
                **previous,
                **_place(planned),
                "labels": _with_internal(metadata["labels"], previous.get("labels")),
                "annotations": _with_internal(metadata["annotations"], previous.get("annotations")),
            },
        }

    def _state(self, live: dict, known: Values) -> Values:
        metadata, before = live["metadata"], known["metadata"][0]
        place = [metadata[key] for key in ("namespace", "name") if key in metadata]
        return {
            **known,
            **self._kind.read(live, known),
            "id": "/".join(place),
            "metadata": [
                {
                    **before,
                    "annotations": _visible(metadata.get("annotations"), before["annotations"]),
                    "generation": metadata.get("generation", 0),
                    "labels": _visible(metadata.get("labels"), before["labels"]),
                    "name": metadata["name"],
                    "resource_version": metadata["resourceVersion"],
                    "uid": metadata["uid"],
                }
            ],
        }


def _place(state: Values) -> Values:
    metadata = state["metadata"][0]
    return {key: metadata[key] for key in ("name", "namespace") if key in metadata}


def _named(place: Values) -> str:
    return "/".join(place[key] for key in ("namespace", "name") if key in place)


def _phase(live: dict) -> str:
    return live.get("status", {}).get("phase", "")


def _leaving(live: dict) -> bool:
    return "deletionTimestamp" in live["metadata"]


def _ours(live: dict, planned: Values) -> bool:
    """Return whether the object has all labels of the configuration."""
    wanted = (planned["metadata"][0]["labels"] or {}).items()
    return bool(wanted) and wanted <= (live["metadata"].get("labels") or {}).items()


def _internal(key: str) -> bool:
    """Return whether Kubernetes sets a label or annotation, by the rule of the real provider."""
    host, slash, _ = key.partition("/")
    return bool(slash) and host.endswith("kubernetes.io") and not host.startswith("app.")


def _visible(live: dict | None, known: dict | None) -> dict | None:
    """Return labels or annotations for the state: without those that Kubernetes sets itself."""
    shown = {
        key: value
        for key, value in (live or {}).items()
        if not _internal(key) or key in (known or {})
    }
    return shown or (None if known is None else {})


def _with_internal(wanted: dict | None, live: dict | None) -> dict:
    kept = {key: value for key, value in (live or {}).items() if _internal(key)}
    return {**kept, **(wanted or {})}


def _same_texts(live: dict | None, known: dict | None) -> dict | None:
    return live or (None if known is None else {})


def _write_config_map(planned: Values) -> dict:
    written = {
        "data": planned["data"],
        "binaryData": planned["binary_data"],
        "immutable": planned["immutable"],
    }
    return {key: value for key, value in written.items() if value is not None}


def _read_config_map(live: dict, known: Values) -> Values:
    return {
        "data": _same_texts(live.get("data"), known["data"]),
        "binary_data": _same_texts(live.get("binaryData"), known["binary_data"]),
        "immutable": live.get("immutable", known["immutable"] and None),
    }


def _write_quota(planned: Values) -> dict:
    return {"spec": {"hard": (planned["spec"][0]["hard"] or {}) if planned["spec"] else {}}}


def _read_quota(live: dict, known: Values) -> Values:
    if not known["spec"]:
        return {"spec": []}
    before = known["spec"][0]["hard"]
    hard = _same_quantities(live.get("spec", {}).get("hard", {}), before)
    return {"spec": [{"hard": _same_texts(hard, before)}]}


def _same_quantities(live: dict, known: dict | None) -> dict:
    """Keep quantities in the notation of the configuration if they equal those of the API."""
    return {
        name: known[name]
        if name in (known or {}) and _quantity(known[name]) == _quantity(amount)
        else amount
        for name, amount in live.items()
    }


def _write_claim(planned: Values) -> dict:
    spec = planned["spec"][0]
    written = {
        "accessModes": spec["access_modes"],
        "resources": {"requests": spec["resources"][0]["requests"]},
        # As the real one, which does not send an empty name.
        "storageClassName": spec["storage_class_name"] or None,
        "volumeName": spec["volume_name"],
    }
    return {"spec": {key: value for key, value in written.items() if value is not None}}


def _read_claim(live: dict, known: Values) -> Values:
    spec, before = live["spec"], known["spec"][0]
    requests = _same_quantities(
        spec["resources"].get("requests", {}), before["resources"][0]["requests"]
    )
    found = {
        "access_modes": sorted(spec["accessModes"]),
        "resources": [{"requests": requests}],
        "storage_class_name": spec.get("storageClassName"),
        "volume_name": spec.get("volumeName"),
    }
    return {"spec": [found]}


# Sources of a volume, by their names in Terraform and in the API, with their fields.
SOURCES = {
    "csi": (
        "csi",
        {
            "driver": "driver",
            "volume_attributes": "volumeAttributes",
            "volume_handle": "volumeHandle",
        },
    ),
    "host_path": ("hostPath", {"path": "path", "type": "type"}),
}


def _write_volume(planned: Values) -> dict:
    spec = planned["spec"][0]
    (source,) = spec["persistent_volume_source"]
    written = {
        "accessModes": spec["access_modes"],
        "capacity": spec["capacity"],
        "persistentVolumeReclaimPolicy": spec["persistent_volume_reclaim_policy"],
        "storageClassName": spec["storage_class_name"],
    }
    if spec["claim_ref"]:
        reference = {"apiVersion": "v1", "kind": "PersistentVolumeClaim", **spec["claim_ref"][0]}
        written["claimRef"] = reference
    for name, (key, fields) in SOURCES.items():
        for block in source[name]:
            written[key] = {fields[one]: value for one, value in block.items() if value is not None}
    return {"spec": {key: value for key, value in written.items() if value is not None}}


def _read_volume(live: dict, known: Values) -> Values:
    spec, before = live["spec"], known["spec"][0]
    reference = spec.get("claimRef")
    found = {
        "access_modes": sorted(spec["accessModes"]),
        "capacity": _same_quantities(spec["capacity"], before["capacity"]),
        "claim_ref": [{key: reference[key] for key in ("name", "namespace")}]
        if reference and before["claim_ref"]
        else [],
        "persistent_volume_reclaim_policy": spec["persistentVolumeReclaimPolicy"],
        "persistent_volume_source": [
            {
                name: [{one: spec[key].get(field) for one, field in fields.items()}]
                if key in spec
                else []
                for name, (key, fields) in SOURCES.items()
            }
        ],
        "storage_class_name": spec.get("storageClassName"),
    }
    return {"spec": [found]}


def _write_priority_class(planned: Values) -> dict:
    written = {
        "description": planned["description"],
        "globalDefault": planned["global_default"],
        "preemptionPolicy": planned["preemption_policy"],
        "value": planned["value"],
    }
    return {key: value for key, value in written.items() if value is not None}


# Attributes of a limit, and their names in the API.
LIMIT = {"default": "default", "default_request": "defaultRequest", "max": "max", "type": "type"}


def _write_limits(planned: Values) -> dict:
    limits = planned["spec"][0]["limit"] if planned["spec"] else []
    return {
        "spec": {"limits": [{LIMIT[key]: one[key] for key in LIMIT if one[key]} for one in limits]}
    }


def _read_limits(live: dict, known: Values) -> Values:
    """Read quantities in the notation of the API, as the real provider does."""
    if not known["spec"]:
        return {"spec": []}
    before = known["spec"][0]["limit"]
    limits = [
        {
            key: one.get(name) or (before[place][key] if place < len(before) else None)
            for key, name in LIMIT.items()
        }
        for place, one in enumerate(live.get("spec", {}).get("limits") or [])
    ]
    return {"spec": [{"limit": limits}]}


# Attributes of a reference to a role and of a subject, and their names in the API.
REFERENCE = {"api_group": "apiGroup", "kind": "kind", "name": "name"}
SUBJECT = {**REFERENCE, "namespace": "namespace"}


def _write_binding(planned: Values) -> dict:
    (role,) = planned["role_ref"]
    return {
        "roleRef": {name: role[key] for key, name in REFERENCE.items()},
        "subjects": [
            {name: one[key] for key, name in SUBJECT.items() if one[key]}
            for one in planned["subject"]
        ],
    }


def _read_binding(live: dict, known: Values) -> Values:
    return {
        "role_ref": [{key: live["roleRef"].get(name) for key, name in REFERENCE.items()}],
        "subject": [
            {key: one.get(name) for key, name in SUBJECT.items()}
            for one in live.get("subjects") or []
        ],
    }


def _write_secret(planned: Values) -> dict:
    """Without a new revision `data_wo` is null, and the data in the cluster stays."""
    texts = planned["data_wo"]
    data = texts and {key: b64encode(text.encode()).decode() for key, text in texts.items()}
    written = {"data": data, "immutable": planned["immutable"], "type": planned["type"]}
    return {key: value for key, value in written.items() if value is not None}


def _quantity(text: str):
    from kubernetes.utils.quantity import parse_quantity

    return parse_quantity(text)


KINDS = (
    ObjectKind(
        "ConfigMap",
        "config_map",
        ("data", "binaryData", "immutable", "metadata"),
        _write_config_map,
        _read_config_map,
    ),
    ObjectKind(
        "LimitRange",
        "limit_range",
        ("spec", "metadata"),
        _write_limits,
        _read_limits,
    ),
    ObjectKind(
        "Namespace",
        "namespace",
        ("metadata",),
        lambda planned: {},
        lambda live, known: {},
    ),
    ObjectKind(
        "PersistentVolume",
        "persistent_volume",
        ("metadata",),
        _write_volume,
        _read_volume,
        fixed=True,
    ),
    ObjectKind(
        "PersistentVolumeClaim",
        "persistent_volume_claim",
        ("metadata",),
        _write_claim,
        _read_claim,
        fixed=True,
        phase="Bound",
    ),
    ObjectKind(
        "PriorityClass",
        "priority_class",
        ("description", "globalDefault", "metadata", "preemptionPolicy", "value"),
        _write_priority_class,
        lambda live, known: {
            "description": live.get("description", known["description"] and None),
            "global_default": live.get("globalDefault", known["global_default"] and None),
            "preemption_policy": live["preemptionPolicy"],
            "value": live["value"],
        },
    ),
    ObjectKind(
        "ResourceQuota",
        "resource_quota",
        ("spec", "metadata"),
        _write_quota,
        _read_quota,
    ),
    ObjectKind(
        "RoleBinding",
        "role_binding",
        ("roleRef", "subjects", "metadata"),
        _write_binding,
        _read_binding,
    ),
    ObjectKind(
        "Secret",
        "secret",
        ("immutable", "type", "metadata"),
        _write_secret,
        # Like the real one, it never reads write-only data.
        lambda live, known: {
            "immutable": live.get("immutable", known["immutable"] and None),
            "type": known["type"] and live["type"],
        },
    ),
)
