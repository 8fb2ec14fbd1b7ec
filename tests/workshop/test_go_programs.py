"""Go programs: which there are, and when they are built again."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from scripts import go_programs
from scripts.errors import Refusal
from scripts.paths import TOOLS


@pytest.fixture
def tools(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Our own go.mod files, to be changed, and an empty cache."""
    copy = shutil.copytree(TOOLS, tmp_path / "tools")
    monkeypatch.setattr(go_programs, "TOOLS", copy)
    monkeypatch.setattr(go_programs, "CACHE", tmp_path / "cache")
    go_programs.modules.cache_clear()
    yield copy
    go_programs.modules.cache_clear()


@pytest.mark.parametrize(
    ("module", "expected"),
    [
        ("cilium", {"cilium-agent", "cilium-cni", "cilium-dbg"}),
        ("containerd", {"containerd", "containerd-shim-runc-v2", "ctr"}),
        ("etcd", {"etcd"}),
        # Other versions of a program have the name of their folder.
        ("helm-3.19", {"helm-3.19"}),
    ],
)
def test_programs_have_their_usual_names(module: str, expected: set[str]):
    assert set(go_programs.modules()[module].packages) == expected


def test_helm_can_be_built_alone():
    assert go_programs.modules()["kubernetes"].packages["helm"] == "helm.sh/helm/v3/cmd/helm"


def test_programs_are_built_with_the_version_of_their_module():
    (flags,) = [f for f in go_programs.modules()["kubernetes"].flags if "gitVersion" in f]
    assert "component-base/version.gitVersion=v1.36.3 " in f"{flags} "
    assert "helm/v3/pkg/chartutil.k8sVersionMinor=36" in flags


@pytest.mark.parametrize("file", ["go.mod", "go.sum"])
def test_a_changed_module_has_another_folder_in_the_cache(tools: Path, file: str):
    before = go_programs.modules()["etcd"].folder
    with (tools / "etcd" / file).open("a") as stream:
        stream.write("// changed\n")
    assert go_programs.modules()["etcd"].folder != before


def test_a_changed_module_leaves_other_modules_in_place(tools: Path):
    before = go_programs.modules()["containerd"].folder
    (tools / "etcd" / "go.sum").write_text("")
    assert go_programs.modules()["containerd"].folder == before


def test_a_cached_program_needs_no_go(tools: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("PATH", "")
    path = go_programs.modules()["etcd"].folder / "etcd"
    path.parent.mkdir(parents=True)
    path.touch()
    assert go_programs.program("etcd") == path


def test_a_missing_go_is_reported_in_one_sentence(tools: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("PATH", "")
    with pytest.raises(Refusal, match="Go is needed to build etcd: install Go"):
        go_programs.program("etcd")


def test_an_unknown_program_is_refused_with_the_known_ones():
    with pytest.raises(Refusal, match=r"'heml'.* helm, "):
        go_programs.program("heml")


def test_an_error_of_go_is_part_of_the_refusal(tools: Path):
    go_mod = tools / "etcd" / "go.mod"
    go_mod.write_text("module broken\n\ngo 1.26.0\n\ntool example.invalid/nothing/server\n")
    (tools / "etcd" / "go.sum").write_text("")
    with pytest.raises(Refusal, match=r"could not build etcd in tools/etcd: .*example\.invalid"):
        go_programs.program("etcd")
    assert not (go_programs.modules()["etcd"].folder / "etcd").exists()
