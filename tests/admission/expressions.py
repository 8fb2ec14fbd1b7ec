"""The chart's rules, evaluated without an API server: the same CEL, with the functions it uses."""

from collections.abc import Mapping
from typing import Any

from cel_expr_python import cel
from cel_expr_python.ext import ext_optional, ext_strings

from scripts.admission.verdict import Request

DYN, MAP, TEXT = cel.Type.DYN, cel.Type.MAP, cel.Type.STRING
NAMES = ("object", "oldObject", "request", "variables", "authorizer")


def _function(name: str, texts: int, implementation: Any, result: Any = MAP) -> Any:
    """A function of the authorizer, which is a map here: the question so far."""
    parameters = [MAP, *[TEXT] * texts]
    overload = cel.Overload(
        f"authorizer_{name}",
        return_type=result,
        parameters=parameters,
        is_member=True,
        impl=implementation,
    )
    return cel.FunctionDecl(name, [overload])


def _part(name: str) -> Any:
    return _function(name, 1, lambda asked, value: {**asked, name: value})


_AUTHORIZER = [
    _function("serviceAccount", 2, lambda asked, _, account: {**asked, "account": account}),
    *(_part(name) for name in ("group", "resource", "namespace", "name", "check")),
    _function(
        "allowed",
        0,
        lambda asked: f"{asked['account']} {asked['name']}" in asked["may"],
        cel.Type.BOOL,
    ),
]
ENVIRONMENT = cel.NewEnv(
    variables=dict.fromkeys(NAMES, DYN),
    extensions=[ext_optional.ExtOptional(), ext_strings.ExtStrings()],
    functions=_AUTHORIZER,
)


class Rules:
    """The variables and validations of a rendered ValidatingAdmissionPolicy."""

    def __init__(self, policy: Mapping[str, Any]) -> None:
        spec = policy["spec"]
        self.variables = {
            row["name"]: ENVIRONMENT.compile(row["expression"]) for row in spec["variables"]
        }
        self.validations = [
            tuple(ENVIRONMENT.compile(row[key]) for key in ("expression", "messageExpression"))
            for row in spec["validations"]
        ]

    def table(self) -> Any:
        """The table that the policy contains."""
        return self.variables["table"].eval(data={}).plain_value()

    def verdict(self, request: Request, may: list[str]) -> list[str]:
        """The messages of the validations that fail; `may` has pairs of account and class."""
        data: dict[str, Any] = {
            "object": request.pod,
            "oldObject": request.before,
            "authorizer": {"may": may},
            "request": {
                "namespace": request.namespace,
                "operation": "UPDATE" if request.before else "CREATE",
                "userInfo": {"username": request.user, "groups": request.groups},
            },
            "variables": {},
        }
        for name, expression in self.variables.items():
            value = _value(expression, data)
            # As on the API server, a variable fails only where it is read.
            if value is not None:
                data["variables"] = {**data["variables"], name: value}
        return [
            message.eval(data=data).plain_value()
            for expression, message in self.validations
            if not _held(expression, data)
        ]


def _value(expression: Any, data: Mapping[str, Any]) -> Any:
    try:
        found = expression.eval(data=data)
    except Exception:
        return None
    return None if found.type() == cel.Type.ERROR else found.plain_value()


def _held(expression: Any, data: Mapping[str, Any]) -> bool:
    held = expression.eval(data=data).plain_value()
    if not isinstance(held, bool):
        raise AssertionError(f"the rule is not true or false: {held}")
    return held
