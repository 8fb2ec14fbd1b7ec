"""Properties of objects, pods and containers."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

import yaml

from scripts.manifests import hook_events, identity
from tests.chart.cases import Case
from tests.chart.pod_security import violations
from tests.chart.references import container_mounts, dangling_references, names_in
from tests.rendered import Container, Pod
from tests.schemas import SUPPORTED, problems

Checked = Mapping[str, Any]


def _of_containers(case: Case, question: Callable[[Container], Any]) -> Checked:
    return {f"{pod}:{c.name}": question(c) for pod, c in case.manifests.containers()}


def _of_pods(case: Case, question: Callable[[Pod], Any]) -> Checked:
    return {str(pod): question(pod) for pod in case.manifests.pods()}


def _repeated(things: Iterable[Any]) -> list[str]:
    things = list(things)
    return sorted({str(thing) for thing in things if things.count(thing) > 1})


def pods_are_restricted(case: Case) -> Checked:
    return _of_pods(case, lambda pod: violations(pod.spec))


def root_file_systems_are_read_only(case: Case) -> Checked:
    return _of_containers(case, lambda c: c.security.get("readOnlyRootFilesystem") is not True)


def containers_have_requests_and_a_memory_limit(case: Case) -> Checked:
    wanted = (("requests", "cpu"), ("requests", "memory"), ("limits", "memory"))

    def missing(container: Container) -> list[str]:
        resources = container.spec.get("resources") or {}
        return [f"{kind}.{name}" for kind, name in wanted if name not in resources.get(kind, {})]

    return _of_containers(case, missing)


def probes_that_start_a_program_give_it_time(case: Case) -> Checked:
    """A program starts within seconds on a busy node; the timeout of Kubernetes is one."""
    enough = 10

    def hasty(container: Container) -> list[str]:
        probes = {name: probe for name, probe in container.spec.items() if name.endswith("Probe")}
        return [
            name
            for name, probe in probes.items()
            if "exec" in probe and probe.get("timeoutSeconds", 1) < enough
        ]

    return _of_containers(case, hasty)


def images_have_a_version(case: Case) -> Checked:
    def unknown(container: Container) -> bool:
        tag = container.image.rpartition("/")[2].partition(":")[2]
        return "@sha256:" not in container.image and tag in ("", "latest")

    return _of_containers(case, unknown)


def references_are_to_existing_objects(case: Case) -> Checked:
    extras = ("extraConfigMaps", "extraSecrets")
    created = {name for key in extras for name in case.values.get(key, {})}
    return dangling_references(case, names_in(case.values) - created)


def variables_are_set_once(case: Case) -> Checked:
    return _of_containers(case, lambda c: _repeated(e["name"] for e in c.spec.get("env") or []))


def mount_paths_are_used_once(case: Case) -> Checked:
    return _of_containers(
        case, lambda c: _repeated(m["mountPath"] for m in c.spec.get("volumeMounts") or [])
    )


def volumes_are_mounted_and_mounts_have_a_volume(case: Case) -> Checked:
    def unmatched(pod: Pod) -> set[str]:
        mounted = {m["name"] for c in pod.containers for m in c.mounts.values()}
        return mounted ^ pod.volumes.keys()

    return _of_pods(case, unmatched)


def names_inside_a_pod_are_unique(case: Case) -> Checked:
    def repeated(pod: Pod) -> list[str]:
        return _repeated(
            [
                *(("container", c.name) for c in pod.containers),
                *(("volume", v["name"]) for v in pod.spec.get("volumes") or []),
                *(("port", name) for c in pod.containers for name in c.ports),
            ]
        )

    return _of_pods(case, repeated)


def main_containers_can_write_to_tmp(case: Case) -> Checked:
    def lacks_tmp(pod: Pod) -> bool:
        mount = pod.main.mounts.get("/tmp")
        return mount is None or "emptyDir" not in pod.volumes[mount["name"]]

    return _of_pods(case, lacks_tmp)


def pods_do_not_ask_for_service_links(case: Case) -> Checked:
    return _of_pods(case, lambda pod: pod.spec.get("enableServiceLinks") is not False)


def secrets_are_mounted_read_only(case: Case) -> Checked:
    def writable(pod: Pod) -> list[str]:
        return [
            volume["name"]
            for volume in pod.volumes.values()
            if "secret" in volume
            and not all(mount.get("readOnly") for mount in container_mounts(pod, volume))
        ]

    return _of_pods(case, writable)


def pods_have_a_component_of_their_own(case: Case) -> Checked:
    components = [pod.component for pod in case.manifests.pods()]
    return _of_pods(case, lambda pod: not pod.component or components.count(pod.component) > 1)


def kubernetes_accepts_the_objects(case: Case) -> Checked:
    """Every object, and the pod of a task, by the schemas of each supported version."""
    task = case.manifests.pod_template_manifest
    named = {identity(one): one for one in case.manifests.objects}
    if task:
        named["pod of a task"] = task
    return {
        f"{name} by {version}": problems(one, version)
        for name, one in named.items()
        for version in SUPPORTED
    }


def keys_occur_once(case: Case) -> Checked:
    """Two objects without `---` between them are one, of which Helm takes the last fields."""

    def repeated(node: yaml.Node) -> Iterator[str]:
        below: list[yaml.Node] = []
        if isinstance(node, yaml.MappingNode):
            yield from _repeated(key.value for key, _ in node.value)
            below = [value for _, value in node.value]
        elif isinstance(node, yaml.SequenceNode):
            below = node.value
        for one in below:
            yield from repeated(one)

    documents = yaml.compose_all(case.manifests.text, Loader=yaml.CSafeLoader)
    return {
        f"line {node.start_mark.line + 1} of the render": list(repeated(node))
        for node in documents
        if node is not None
    }


def names_are_valid(case: Case) -> Checked:
    names = {identity(one): one["metadata"]["name"] for one in case.manifests.objects}
    return {known: len(name) > 63 or name != name.lower() for known, name in names.items()}


def no_two_objects_have_the_same_name(case: Case) -> Checked:
    names = [
        f"{one['metadata'].get('namespace')}/{identity(one)}" for one in case.manifests.objects
    ]
    return {name: names.count(name) > 1 for name in names}


def no_object_is_a_hook(case: Case) -> Checked:
    """Hooks of `helm test` are not among the objects."""
    return {identity(one): hook_events(one) for one in case.manifests.objects}


def services_and_ingresses_lead_to_a_port(case: Case) -> Checked:
    def ports(selector: Mapping[str, str]) -> set[str | int]:
        ends = [end for end in case.ends.values() if selector.items() <= end.labels.items()]
        return {port for end in ends for pair in end.ports.items() for port in pair}

    services = {
        (one["metadata"]["name"], port.get(key))
        for one in case.manifests.of("Service")
        for port in one["spec"]["ports"]
        for key in ("name", "port")
    }
    backends = {
        f"{identity(one)}: {path['path']}": path["backend"]["service"]
        for one in case.manifests.of("Ingress")
        for rule in one["spec"]["rules"]
        for path in rule["http"]["paths"]
    }
    return {
        f"{identity(one)}: {port['port']}": port.get("targetPort", port["port"])
        not in ports(one["spec"]["selector"])
        for one in case.manifests.of("Service")
        for port in one["spec"]["ports"]
    } | {
        known: (backend["name"], *backend["port"].values()) not in services
        for known, backend in backends.items()
    }


def components_that_others_call_have_a_service_on_that_port(case: Case) -> Checked:
    def served(component: str) -> set[int]:
        labels, ports = case.ends[component].labels, case.ends[component].ports
        return {
            ports.get(target := port.get("targetPort", port["port"]), target)
            for one in case.manifests.of("Service")
            if one["spec"]["selector"].items() <= labels.items()
            for port in one["spec"]["ports"]
        }

    return {
        component: case.port(component) not in served(component)
        for component in case.tables.called & case.ends.keys()
        if any(case.calls(caller, component) for caller in case.pods)
    }


def budgets_and_policies_select_a_pod(case: Case) -> Checked:
    # Pods that tasks launch are not rendered.
    later = {"NetworkPolicy/airflow-tasks-policy", "NetworkPolicy/airflow-spark-driver-policy"}

    def selects_none(manifest: Mapping[str, Any]) -> bool:
        spec = manifest["spec"]
        labels = (spec.get("podSelector") or spec.get("selector") or {}).get("matchLabels") or {}
        return not any(labels.items() <= pod.labels.items() for pod in case.manifests.pods())

    return {
        identity(one): selects_none(one)
        for one in case.manifests.of("PodDisruptionBudget", "NetworkPolicy")
        if identity(one) not in later
    }
