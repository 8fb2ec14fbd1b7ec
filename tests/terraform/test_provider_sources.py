"""Sources of providers, and their order."""

from pathlib import Path

from scripts.paths import ROOT
from scripts.releases.discovery import folders
from scripts.terraform.provider_sources import Fallback, configured, needed, sources, trees
from scripts.terraform.workspace import Workspace

HELM, KUBERNETES, AWS = "hashicorp/helm", "hashicorp/kubernetes", "hashicorp/aws"
BOTH = frozenset({HELM, KUBERNETES})
MIRROR = Path("/cache/mirror")


STAND_INS = Fallback("stand-ins", BOTH, frozenset({"local"}), "ENVIRONMENT", lambda *_: None)


def ways(needed=BOTH, configured=None, trees=None, fallback=STAND_INS):
    found = sources(
        needed, configured=configured, trees=trees or {}, fallback=fallback, mirror=MIRROR
    )
    return {way.name: way for way in found}


def test_the_users_configuration_comes_first_then_the_registry_then_stand_ins():
    names = list(ways(configured=Path("/home/ada/.terraformrc")))
    assert names == ["/home/ada/.terraformrc", "the registry", "stand-ins"]


def test_the_users_configuration_is_used_unchanged():
    way = ways(configured=Path("/home/ada/.terraformrc"))["/home/ada/.terraformrc"]
    assert (way.file, way.text) == (Path("/home/ada/.terraformrc"), "")


def test_without_a_fallback_the_registry_is_the_last_source():
    assert list(ways(fallback=None)) == ["the registry"]


def test_a_fallback_that_lacks_a_provider_is_not_offered():
    """With some providers missing, the error of the registry is more useful."""
    assert "stand-ins" not in ways(needed=BOTH | {AWS})


def test_a_plugin_folder_serves_its_providers_and_a_stand_in_the_rest():
    shelf = {Path("/opt/plugins"): frozenset({AWS, HELM})}
    way = ways(needed=BOTH | {AWS}, trees=shelf)["stand-ins"]
    assert way.fallback == {KUBERNETES}
    served = way.text.replace("\n", " ").split("filesystem_mirror")
    assert "/opt/plugins" in served[1] and AWS in served[1] and HELM in served[1]
    assert str(MIRROR) in served[2] and KUBERNETES in served[2]


def test_a_plugin_folder_comes_before_the_registry():
    text = ways(trees={Path("/opt/plugins"): frozenset({HELM})})["the registry"].text
    assert '"/opt/plugins"' in text
    assert 'exclude = ["registry.terraform.io/hashicorp/helm"]' in text


def test_no_stand_in_is_offered_when_plugin_folders_have_everything():
    assert "stand-ins" not in ways(trees={Path("/opt/plugins"): BOTH})


def test_of_two_plugin_folders_with_the_same_the_first_serves():
    shelf = {Path("/opt/a"): frozenset({HELM}), Path("/opt/b"): frozenset({HELM, KUBERNETES})}
    text = ways(trees=shelf)["the registry"].text
    assert text.count("hashicorp/helm") == 2  # once in /opt/a, once kept from the registry


def test_an_unreadable_configuration_is_skipped(tmp_path, monkeypatch):
    monkeypatch.setenv("HOME", str(tmp_path))
    assert configured({"TF_CLI_CONFIG_FILE": str(tmp_path / "missing")}) is None


def test_the_configured_file_wins_over_the_one_in_the_home_folder(tmp_path, monkeypatch):
    monkeypatch.setenv("HOME", str(tmp_path))
    (tmp_path / ".terraformrc").touch()
    assert configured({}) == tmp_path / ".terraformrc"
    (tmp_path / "stated").touch()
    assert configured({"TF_CLI_CONFIG_FILE": str(tmp_path / "stated")}) == tmp_path / "stated"


def test_plugin_folders_are_found_by_the_registrys_name(tmp_path):
    (tmp_path / "plugins/registry.terraform.io/hashicorp/aws/6.1.0").mkdir(parents=True)
    assert trees([str(tmp_path)]) == {tmp_path / "plugins": frozenset({AWS})}


def test_a_configuration_needs_the_providers_of_its_modules_too():
    assert needed(ROOT / "environments" / "local") == BOTH


def test_environments_on_real_clusters_have_no_fallback():
    assert Workspace("local", ROOT, ROOT).fallback.name == "stand-ins"
    real = [folder.name for folder in folders() if (folder / "backend.tf").exists()]
    assert real
    assert [name for name in real if Workspace(name, ROOT, ROOT).fallback] == []
