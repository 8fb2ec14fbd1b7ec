"""Requirements of `make up`, checked before it changes the machine."""

import dataclasses

import pytest

from scripts.errors import Refusal
from scripts.paths import CACHE
from scripts.workshop.cluster import forwarder, preflight
from scripts.workshop.cluster.layout import INTERFACE
from scripts.workshop.cluster.preflight import HostFacts, range_user, refusals


def sentences(port: int = 8080, **facts: object) -> list[str]:
    return list(refusals(dataclasses.replace(HostFacts(), **facts), port))


def test_a_machine_that_meets_all_requirements_is_not_refused():
    assert sentences() == []


@pytest.mark.parametrize(
    ("facts", "words"),
    [
        ({"system": "Darwin"}, ["Linux", "Darwin", "CONTEXT="]),
        ({"is_root": False}, ["root", "sudo make up"]),
        ({"has_capabilities": False}, ["root", "CAP_NET_ADMIN"]),
        ({"has_cgroups": False}, ["/sys/fs/cgroup"]),
        ({"has_terraform": False}, ["Terraform", "1.11"]),
        ({"has_programs": False, "has_go": False}, ["Go", "1.26"]),
        ({"has_apt": False, "missing_packages": ("runc", "socat")}, ["apt-get", "runc, socat"]),
        ({"range_user": "vpn0"}, ["192.168.77.0/24", "vpn0"]),
        ({"port_is_free": False}, ["8080", "PORT=8081"]),
        ({"free_gib": 19.9, "has_images": False}, ["19.9 GiB", "20"]),
        ({"free_gib": 19.9, "has_programs": False}, ["19.9 GiB", "20"]),
        ({"free_gib": 7.9}, ["7.9 GiB", "8"]),
    ],
)
def test_each_problem_is_reported_in_one_sentence(facts: dict, words: list[str]):
    (sentence,) = sentences(**facts)
    assert [word for word in words if word not in sentence] == []


@pytest.mark.parametrize(
    "facts",
    [
        {"has_go": False},
        {"has_apt": False},
        {"missing_packages": ("runc",)},
        {"free_gib": 8.0},
    ],
)
def test_a_check_of_an_unused_feature_is_skipped(facts: dict):
    assert sentences(**facts) == []


def test_the_most_fundamental_requirement_comes_first():
    told = sentences(has_terraform=False, port_is_free=False, free_gib=1)
    assert [sentence.split()[0] for sentence in told] == ["Terraform", "Port", str(CACHE)]


@pytest.mark.parametrize("port", [-1, 0, 65536])
def test_an_invalid_port_is_refused(port: int):
    with pytest.raises(Refusal, match=f"{port} is not a valid port"):
        forwarder.is_free(port)


def test_the_suggested_port_is_valid():
    assert "PORT=65534" in sentences(port=65535, port_is_free=False)[0]


def test_the_first_unmet_requirement_is_the_refusal(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(preflight, "machine", lambda port: HostFacts(system="Darwin"))
    with pytest.raises(Refusal, match="not Darwin"):
        preflight.check(8080)


@pytest.mark.parametrize(
    ("route", "user"),
    [
        ({"dst": "default", "dev": "eth0"}, ""),
        ({"dst": "192.0.2.0/24", "dev": "eth0"}, ""),
        ({"dst": "192.168.77.0/24", "dev": INTERFACE}, ""),
        ({"dst": "192.168.77.0/24", "dev": "vpn0"}, "vpn0"),
        ({"dst": "192.168.77.5", "dev": "vpn0"}, "vpn0"),
        ({"dst": "192.168.0.0/16", "dev": "vpn0"}, "vpn0"),
        ({"dst": "192.168.64.0/18"}, "the route to 192.168.64.0/18"),
    ],
)
def test_a_route_that_uses_the_addresses_of_the_node_is_found(route: dict, user: str):
    assert range_user([route]) == user
