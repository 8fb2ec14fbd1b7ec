"""Plain English: phrases that make a text hard to read, and the words to write instead.

Documents, comments, docstrings, descriptions and messages are checked as they stand in the files.
The list holds phrases that are nearly always wrong; CONTRIBUTING.md has the rules behind it.
"""

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from scripts.console import console
from scripts.errors import Refusal
from scripts.paths import ROOT

SUFFIXES = {".md", ".py", ".tpl", ".yaml", ".tf", ".hcl", ".txt", ".in"}
NAMES = {"Containerfile", "Makefile", "entrypoint", "run"}
# Other hidden folders hold caches.
HIDDEN = {".ci", ".github"}
# Generated files are checked where they are generated from.
GENERATED = re.compile(r"(Generated|Written) by `make ")
# Files that must name the phrases, and lists that other projects publish.
APART = {
    "scripts/workshop/toolchain/prose.py",
    "tests/airflow_metrics.yaml",
    "tests/workshop/test_prose.py",
}
# A phrase may continue in the next line, after its indent and the sign of a comment.
GAP = r"(?:[ \t]|\n[ \t]*(?:#|//|\*)?[ \t]*)+"


@dataclass(frozen=True)
class Pattern:
    """A phrase to avoid, and its replacement; a match of the group `fine` is plain English."""

    phrase: str
    instead: str
    # Documents may begin a heading with "What"; comments and descriptions may not.
    in_documents: bool = True

    @property
    def expression(self) -> re.Pattern[str]:
        return re.compile(self.phrase.replace(" ", GAP))


# The beginning of a docstring, a comment, a description or a message.
_OPENING = r'(?:"""|(?<!#)#\s|/\*\s|(?:description|error_message|help)\s*=\s*")'

PATTERNS = (
    # `-u nobody` names a user of the system.
    Pattern(r"(?P<fine>-u\W+)?\b(?:[Nn]obody|[Ss]omebody)\b", "name who acts, or use the passive"),
    Pattern(r"\b[Ww]ho(?:m|se)?ever\b", "name the actor: a user, a client, the author of a task"),
    Pattern(
        r"\b(?P<fine>[Tt]here )?(?:is|are|was|were) no"
        r" (?!longer\b|more\b|less\b|fewer\b|greater\b|different\b)\w+",
        "write `is not a …`, or name the thing with an adjective: `unknown value`",
    ),
    Pattern(r"\b(?:that|which) (?:is|are) none\b", "write `is not one of …`"),
    Pattern(
        r"\b(?:gives?|gave|given|giving) way\b", "say which one replaces or precedes the other"
    ),
    Pattern(r"\b(?:does|do|did|has|have) not beat\b|\bbeats\b", "write `sends no heartbeat`"),
    Pattern(r"\bwears?\b|\bwearing\b", "write `has`"),
    Pattern(r"\bmend(?:s|ed|ing)?\b", "write `fix`"),
    Pattern(r"\bbeside(?=[.,;:])", "write `also`, `in addition` or `next to …`"),
    Pattern(_OPENING + r"What\b(?! (?:if|happens))", "begin with the noun", in_documents=False),
)


@dataclass(frozen=True)
class Finding:
    """A phrase to avoid, and where it is."""

    path: Path
    line: int
    words: str
    instead: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.words!r}: {self.instead}."


def check() -> None:
    """List all findings; raise Refusal if there are any."""
    found = [finding for path in files() for finding in findings(path, (ROOT / path).read_text())]
    for finding in found:
        console.print(str(finding), markup=False)
    if found:
        raise Refusal(f"Phrases to rewrite in plain English, listed above: {len(found)}.")


def files() -> list[Path]:
    """The files of the repository that people read, relative to its root."""
    found = []
    for folder, folders, names in os.walk(ROOT):
        folders[:] = [name for name in folders if name in HIDDEN or not name.startswith(".")]
        found += [(Path(folder) / name).relative_to(ROOT) for name in names]
    read = [path for path in found if path.suffix in SUFFIXES or path.name in NAMES]
    return sorted(path for path in read if str(path) not in APART)


def findings(path: Path, text: str) -> Iterator[Finding]:
    """The phrases to avoid in a file, in the order of the patterns."""
    if GENERATED.search(text[:400]):
        return
    for pattern in PATTERNS:
        if path.suffix == ".md" and not pattern.in_documents:
            continue
        for match in pattern.expression.finditer(text):
            if match.groupdict().get("fine"):
                continue
            words = re.sub(r'[\s"#/*]+', " ", match[0]).strip()
            line = text.count("\n", 0, match.start()) + 1
            yield Finding(path, line, words, pattern.instead)
