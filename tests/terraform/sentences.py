"""The tables of sentences: what is tried, and who may. Whoever is not named may not.

Of a table and the policies it is about three things are proved: each answer is right; no statement
is idle, since without it an answer changes; and for each there is a nearest thing that it does not
say, different in one respect: action, resource or conditions.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import yaml

from tests.terraform.iam import Request, allowed, applies, statements

FOLDER = Path(__file__).parent / "sentences"
RESPECTS = (("Action", "NotAction"), ("Resource", "NotResource"), ("Condition",))


@dataclass(frozen=True)
class Sentence:
    """Something that is tried, and who may."""

    what: str
    request: Request
    may: frozenset[str]


@dataclass(frozen=True)
class Subject:
    """Somebody who tries: the policies that grant, and the boundary, if there is one."""

    policies: tuple[dict, ...]
    boundary: dict | None = None

    def may(self, request: Request) -> bool:
        return allowed(request, self.policies, self.boundary)

    @property
    def statements(self) -> list[dict]:
        return statements(*self.policies, *([self.boundary] if self.boundary else []))

    def without(self, statement: dict) -> "Subject":
        """The same, had one statement not been written."""

        def less(policy: dict) -> dict:
            return {"Statement": [each for each in statements(policy) if each != statement]}

        bounding = None if self.boundary is None else less(self.boundary)
        return Subject(tuple(less(policy) for policy in self.policies), bounding)


def table(name: str) -> list[Sentence]:
    """One of the tables."""
    return [
        Sentence(
            what,
            Request(said["action"], said["resource"], said.get("context", {})),
            frozenset(said.get("may", ())),
        )
        for what, said in yaml.safe_load((FOLDER / f"{name}.yaml").read_text()).items()
    ]


def subjects(sentences: list[Sentence]) -> list[str]:
    """Everybody whom a table names."""
    return sorted(frozenset().union(*(sentence.may for sentence in sentences)))


def idle(subject: Subject, sentences: list[Sentence]) -> list[str]:
    """Statements without which every answer is the same."""
    return [
        statement["Sid"]
        for statement in subject.statements
        if all(
            subject.may(sentence.request) == subject.without(statement).may(sentence.request)
            for sentence in sentences
        )
    ]


def unlimited(subject: Subject, sentences: list[Sentence]) -> list[str]:
    """Statements for which no sentence says where they end.

    An Allow ends at something refused, a Deny at something granted.
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
    """Whether a statement would speak about a request if it did not look at one respect."""
    if applies(statement, request):
        return False
    return any(applies(_blind(statement, respect), request) for respect in RESPECTS)


def _blind(statement: Mapping, respect: tuple[str, ...]) -> dict:
    kept = {key: value for key, value in statement.items() if key not in respect}
    return kept if respect == ("Condition",) else {**kept, respect[0]: "*"}
