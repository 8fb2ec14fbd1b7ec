"""Tables of sentences: requests, and the roles that may make them. All other roles may not.

Tests compare a table with policies: each answer is right; no statement is idle, because an answer
changes without it; and for each statement a sentence is just beyond its limit: it differs only in
the action, the resource or the conditions.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import yaml

from tests.terraform.iam import Request, allowed, applies, statements

FOLDER = Path(__file__).parent / "sentences"
ELEMENTS = (("Action", "NotAction"), ("Resource", "NotResource"), ("Condition",))


@dataclass(frozen=True)
class Sentence:
    """A request, and the roles that may make it."""

    what: str
    request: Request
    may: frozenset[str]


@dataclass(frozen=True)
class Subject:
    """A role: its policies, and its boundary, if it has one."""

    policies: tuple[dict, ...]
    boundary: dict | None = None

    def may(self, request: Request) -> bool:
        return allowed(request, self.policies, self.boundary)

    @property
    def statements(self) -> list[dict]:
        return statements(*self.policies, *([self.boundary] if self.boundary else []))

    def without(self, statement: dict) -> "Subject":
        """The same role without one statement."""

        def less(policy: dict) -> dict:
            return {"Statement": [each for each in statements(policy) if each != statement]}

        bounding = None if self.boundary is None else less(self.boundary)
        return Subject(tuple(less(policy) for policy in self.policies), bounding)


def table(name: str) -> list[Sentence]:
    """The sentences of one table."""
    return [
        Sentence(
            what,
            Request(row["action"], row["resource"], row.get("context", {})),
            frozenset(row.get("may", ())),
        )
        for what, row in yaml.safe_load((FOLDER / f"{name}.yaml").read_text()).items()
    ]


def subjects(sentences: list[Sentence]) -> list[str]:
    """All roles that a table names."""
    return sorted(frozenset().union(*(sentence.may for sentence in sentences)))


def idle(subject: Subject, sentences: list[Sentence]) -> list[str]:
    """Statements whose removal changes no answer."""
    return [
        statement["Sid"]
        for statement in subject.statements
        if all(
            subject.may(sentence.request) == subject.without(statement).may(sentence.request)
            for sentence in sentences
        )
    ]


def unlimited(subject: Subject, sentences: list[Sentence]) -> list[str]:
    """Statements without a sentence just beyond their limit.

    Beyond an Allow is a denied request, beyond a Deny an allowed one.
    """
    return [
        statement["Sid"]
        for statement in subject.statements
        if not any(
            _near(statement, sentence.request)
            and subject.may(sentence.request) is (statement["Effect"] == "Deny")
            for sentence in sentences
        )
    ]


def _near(statement: Mapping, request: Request) -> bool:
    """Whether a statement would apply to a request if it ignored one element."""
    if applies(statement, request):
        return False
    return any(applies(_without(statement, element), request) for element in ELEMENTS)


def _without(statement: Mapping, element: tuple[str, ...]) -> dict:
    kept = {key: value for key, value in statement.items() if key not in element}
    return kept if element == ("Condition",) else {**kept, element[0]: "*"}
