"""Sources of Terraform's providers, in this order:

1. the user's own CLI configuration (TF_CLI_CONFIG_FILE or ~/.terraformrc), if it is readable;
2. plugin folders on this machine, and the registry for the rest;
3. a fallback that the caller offers for some environments, if no registry answers.

The first source with which `terraform init` succeeds is used.
"""

import json
import os
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

HOST = "registry.terraform.io"
# Usual places of plugin folders.
SHELVES = ("/opt", "/usr/local", "/usr/share", "~/.terraform.d")
DEPTH = 4


@dataclass(frozen=True)
class Fallback:
    """Providers for some environments only, written into a folder of plugins when needed."""

    name: str
    # Addresses such as `hashicorp/helm`, and the environments that may use them.
    addresses: frozenset[str]
    environments: frozenset[str]
    # The environment variable with the name of the applied environment, for the providers.
    variable: str
    write: Callable[[Path, Iterable[str]], None]


_offered: list[Callable[[], Fallback]] = []


def offer(fallback: Callable[[], Fallback]) -> None:
    """Register a fallback; the function is called when Terraform runs."""
    _offered[:] = [fallback]


def fallback(environment: str) -> Fallback | None:
    """Return the fallback that is offered for an environment, if any."""
    offered = [found for make in _offered if environment in (found := make()).environments]
    return offered[0] if offered else None


@dataclass(frozen=True)
class Source:
    """A way to get providers: a CLI configuration, and the addresses that the fallback serves."""

    name: str
    # The user's own file, or the text of a generated one.
    file: Path | None = None
    text: str = ""
    fallback: frozenset[str] = frozenset()


def sources(
    needed: frozenset[str],
    *,
    configured: Path | None,
    trees: Mapping[Path, frozenset[str]],
    fallback: Fallback | None,
    mirror: Path,
) -> tuple[Source, ...]:
    """Return the sources to try, in order.

    `trees` are the plugin folders with the providers in each; `mirror` is the folder that the
    fallback writes its providers to.
    """
    shelved = _shelved(needed, trees)
    ways = [Source("the registry", text=_configuration(shelved))]
    if configured is not None:
        ways.insert(0, Source(str(configured), file=configured))
    missing = needed - frozenset().union(*shelved.values())
    if fallback and missing and missing <= fallback.addresses:
        text = _configuration({**shelved, mirror: missing})
        ways.append(Source(fallback.name, text=text, fallback=missing))
    return tuple(ways)


def configured(env: Mapping[str, str]) -> Path | None:
    """Return the user's own CLI configuration, if there is a readable one."""
    stated = env.get("TF_CLI_CONFIG_FILE")
    for file in ([Path(stated)] if stated else []) + [Path("~/.terraformrc").expanduser()]:
        if file.is_file() and os.access(file, os.R_OK):
            return file
    return None


def trees(shelves: Iterable[str] = SHELVES) -> dict[Path, frozenset[str]]:
    """Return the providers of each plugin folder: one with a subfolder named as the registry."""
    found = {}
    for shelf in shelves:
        for host in _hosts(Path(shelf).expanduser(), DEPTH):
            addresses = {f"{path.parent.name}/{path.name}" for path in host.glob("*/*")}
            found[host.parent] = frozenset(addresses)
    return found


def needed(folder: Path) -> frozenset[str]:
    """Return the addresses of the providers that a configuration and its modules require."""
    text = "\n".join(file.read_text() for file in sorted(folder.glob("*.tf")))
    found = set(re.findall(r'^\s*source\s*=\s*"([\w-]+/[\w-]+)"', text, re.MULTILINE))
    for module in re.findall(r'^\s*source\s*=\s*"(\.\.?/[^"]+)"', text, re.MULTILINE):
        found |= needed(folder / module)
    # Terraform ignores case: `DataDog/datadog` is the same provider.
    return frozenset(address.lower() for address in found)


def _hosts(folder: Path, depth: int) -> Iterator[Path]:
    """Yield every folder named as the registry's host, without following links."""
    try:
        entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
    except OSError:
        return
    for entry in entries:
        if entry.name == HOST and entry.is_dir():
            yield Path(entry.path)
        elif depth > 1 and entry.is_dir(follow_symlinks=False):
            yield from _hosts(Path(entry.path), depth - 1)


def _shelved(needed: frozenset[str], trees: Mapping[Path, frozenset[str]]) -> dict:
    """Return the needed providers of each plugin folder, from the first folder that has them."""
    left, shelved = needed, {}
    for tree, addresses in trees.items():
        if here := addresses & left:
            shelved[tree] = here
            left -= here
    return shelved


def _configuration(mirrors: Mapping[Path, frozenset[str]]) -> str:
    """Return a CLI configuration: folders for some providers, the registry for all others."""
    lines = ["disable_checkpoint = true", "", "provider_installation {"]
    for path, addresses in mirrors.items():
        lines += [
            "  filesystem_mirror {",
            f"    path    = {json.dumps(str(path))}",
            f"    include = {_hcl(addresses)}",
            "  }",
        ]
    everything = frozenset().union(*mirrors.values())
    return "\n".join([*lines, "  direct {", f"    exclude = {_hcl(everything)}", "  }", "}", ""])


def _hcl(addresses: Iterable[str]) -> str:
    return json.dumps([f"{HOST}/{address}" for address in sorted(addresses)])
