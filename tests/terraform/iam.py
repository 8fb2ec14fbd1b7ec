"""An evaluator of IAM policies: is a request allowed?

It covers a part of IAM. An unsupported condition operator or policy element is an error, never an
answer.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache

KNOWN = {"Sid", "Effect", "Principal", "Action", "NotAction", "Resource", "NotResource"} | {
    "Condition"
}


@dataclass(frozen=True)
class Request:
    """A request; `context` has the condition keys with the values that IAM would set."""

    action: str
    resource: str
    context: Mapping[str, str | list[str]] = field(default_factory=dict)
    # The caller, for trust policies: {"Service": "pods.eks.amazonaws.com"}.
    principal: Mapping[str, str] = field(default_factory=dict)


def allowed(request: Request, policies: Iterable[dict], boundary: dict | None = None) -> bool:
    """Whether the policies and the boundary allow a request, and none of them denies it."""
    granting = statements(*policies)
    bounding = None if boundary is None else statements(boundary)
    return _permits(request, granting) and (bounding is None or _permits(request, bounding))


def statements(*policies: dict) -> list[dict]:
    """The statements of all policies."""
    return [each for policy in policies for each in listed(policy["Statement"])]


def applies(statement: Mapping, request: Request) -> bool:
    """Whether a statement applies to a request."""
    if unknown := set(statement) - KNOWN:
        raise ValueError(f"unsupported elements in a statement: {', '.join(sorted(unknown))}")
    return (
        _named(statement, "Action", request.action, fold=True)
        and _named(statement, "Resource", request.resource)
        and _by(statement.get("Principal"), request.principal)
        and all(
            _holds(operator, key, listed(values), request.context)
            for operator, block in statement.get("Condition", {}).items()
            for key, values in block.items()
        )
    )


def like(pattern: str, text: str) -> bool:
    """Whether a text matches a pattern: `*` is any number of characters, `?` is one."""
    if "${" in pattern:
        raise ValueError(f"unsupported variable in {pattern}")
    return _compiled(pattern).fullmatch(text) is not None


@cache
def _compiled(pattern: str) -> re.Pattern:
    parts = ({"*": ".*", "?": "."}.get(char, re.escape(char)) for char in pattern)
    return re.compile("".join(parts), re.DOTALL)


def _permits(request: Request, those: list[dict]) -> bool:
    effects = {each["Effect"] for each in those if applies(each, request)}
    return effects == {"Allow"}


def _named(statement: Mapping, element: str, value: str, *, fold: bool = False) -> bool:
    """Whether an element, such as `Action` or `NotAction`, matches a value.

    A trust policy has no resource: it applies to its own role.
    """
    value = value.lower() if fold else value
    for name, wanted in ((element, True), (f"Not{element}", False)):
        if name in statement:
            patterns = listed(statement[name])
            hit = any(like(each.lower() if fold else each, value) for each in patterns)
            return hit is wanted
    return element == "Resource" and "Principal" in statement


def _by(stated: Mapping | str | None, principal: Mapping[str, str]) -> bool:
    if stated is None or stated == "*":
        return True
    return any(
        value in ("*", principal.get(kind))
        for kind, values in stated.items()
        for value in listed(values)
    )


def _holds(operator: str, key: str, wanted: list[str], context: Mapping) -> bool:
    """Whether a condition key holds: any value must match; of a negated operator, none may."""
    quantifier, _, base = operator.rpartition(":")
    if quantifier not in ("", "ForAnyValue", "ForAllValues"):
        raise ValueError(f"unsupported operator {operator}")
    given = next((listed(v) for k, v in context.items() if k.lower() == key.lower()), None)
    if base == "Null":
        return any((given is None) is (value == "true") for value in wanted)
    if base.endswith("IfExists"):
        if given is None:
            return True
        base = base.removesuffix("IfExists")
    if base not in OPERATORS:
        raise ValueError(f"unsupported operator {operator}")
    matches, negated = OPERATORS[base]
    if given is None:
        # ForAnyValue needs a value that matches; ForAllValues holds for an empty set.
        return quantifier == "ForAllValues" or (negated and not quantifier)
    if not quantifier and len(given) > 1:
        raise ValueError(f"{key} has several values, but {operator} takes one")
    hits = [any(matches(value, each) for value in wanted) is not negated for each in given]
    return all(hits) if quantifier == "ForAllValues" else any(hits)


def _arn_like(pattern: str, arn: str) -> bool:
    """Whether ARNs match part by part: `*` matches a colon only in the last part."""
    patterns, parts = pattern.split(":", 5), arn.split(":", 5)
    return len(patterns) == len(parts) and all(map(like, patterns, parts))


Matcher = Callable[[str, str], bool]
# In IAM, ArnEquals accepts patterns like ArnLike.
_MATCHERS: dict[str, Matcher] = {
    "StringEquals": str.__eq__,
    "StringEqualsIgnoreCase": lambda value, text: value.lower() == text.lower(),
    "StringLike": like,
    "ArnEquals": _arn_like,
    "ArnLike": _arn_like,
    "Bool": lambda value, text: value.lower() == text.lower(),
}
_NEGATED = {
    name.replace("Equals", "NotEquals").replace("Like", "NotLike"): matcher
    for name, matcher in _MATCHERS.items()
    if name != "Bool"
}
OPERATORS: dict[str, tuple[Matcher, bool]] = {
    **{name: (matcher, False) for name, matcher in _MATCHERS.items()},
    **{name: (matcher, True) for name, matcher in _NEGATED.items()},
}


def listed(value: str | dict | list) -> list:
    """A list of one or many, because policies use both forms."""
    return value if isinstance(value, list) else [value]
