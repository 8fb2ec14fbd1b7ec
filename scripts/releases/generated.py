"""Generated files about environments and teams: schemas for editors, rules for Terraform."""

import json
from pathlib import Path

from pydantic import BaseModel

from scripts.paths import ENVIRONMENTS, ROOT
from scripts.releases import Environment
from scripts.releases.rules import Rule, rules
from scripts.releases.team_files import (
    DESTINATION_NAMES,
    NAMES_A_PATH,
    PLATFORM_SECRET,
    PLATFORM_VARIABLE,
    SECRET_NAME,
    SECRET_TEXT,
    UNITS,
)
from scripts.values import TeamValues


def files() -> dict[Path, str]:
    """Return the text of each file by its path."""
    return {
        ENVIRONMENTS / "team.schema.json": editor_schema(TeamValues),
        ENVIRONMENTS / "environment.schema.json": editor_schema(Environment),
        ROOT / "terraform" / "modules" / "layers" / "rules.json": rules_json(),
    }


def editor_schema(model: type[BaseModel]) -> str:
    """Return the JSON schema of a file for editors, with descriptions and defaults."""
    schema = model.model_json_schema(by_alias=True)
    draft = {"$schema": "http://json-schema.org/draft-07/schema#"}
    return json.dumps({**draft, **schema}, indent=2) + "\n"


def rules_json() -> str:
    """Return the rules of a team's file and of environment.yaml for Terraform, as JSON.

    Each rule is one line, so that a change of the model changes few lines.
    """
    parts = {
        "destinations": json.dumps(sorted(DESTINATION_NAMES)),
        "environment": _table(rules(Environment)),
        "names_a_path": json.dumps(NAMES_A_PATH),
        "platform_secret": json.dumps(PLATFORM_SECRET),
        "platform_variable": json.dumps(PLATFORM_VARIABLE),
        "secret_name": json.dumps(SECRET_NAME),
        "secret_text": json.dumps(SECRET_TEXT),
        "team": _table(rules(TeamValues)),
        "units": json.dumps(UNITS),
    }
    return "{\n" + ",\n".join(f'  "{key}": {text}' for key, text in parts.items()) + "\n}\n"


def _table(table: dict[str, Rule]) -> str:
    lines = [f'    "{path}": {json.dumps(rule.as_data())}' for path, rule in table.items()]
    return "{\n" + ",\n".join(lines) + "\n  }"
