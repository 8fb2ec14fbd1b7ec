"""Write pools, variables, connections and users of values into the metadata database.

The argument is JSON: section -> name -> fields as in values, or a list of maps that have the name,
too. A field such as `passwordSecret: {name, key}` is the content of the file <name>/<key>. The
program changes what differs, deletes nothing, and never prints a value.
"""

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

SECRETS = Path("/run/secrets/sync-metadata")
# The field with the name of an item in a list.
NAMES = {"pools": "name", "variables": "key", "connections": "id", "users": "username"}
CONNECTION = {"type": "conn_type", "team": "team_name"}
CONNECTION |= {key: key for key in ("description", "host", "login", "password", "port", "schema")}


def items(section: str, stated: Any) -> Iterator[tuple[str, dict[str, Any]]]:
    """Names and fields of a section; secrets are read, and fields without a value are left out."""
    key = NAMES[section]
    named = stated.items() if isinstance(stated, dict) else [(one[key], one) for one in stated]
    for name, item in named:
        if item is None:
            continue
        fields = dict(item) if isinstance(item, dict) else {"value": item}
        fields.pop(key, None)
        for field in [one for one in fields if one.endswith("Secret") and fields[one]]:
            secret = fields.pop(field)
            file = SECRETS / secret["name"] / secret["key"]
            text = file.read_text(encoding="utf-8").rstrip("\n")
            if not text:
                sys.exit(f"{section} {name}: the key {secret['key']} of {secret['name']} is empty.")
            # The fields of `extraSecret` are merged over those of `extra`.
            fields[field if field == "extraSecret" else field.removesuffix("Secret")] = text
        yield name, {field: value for field, value in fields.items() if value is not None}


def put(session: Any, model: Any, column: str, name: str, wanted: dict[str, Any]) -> str:
    """Create the row with this name, or change what differs."""
    from sqlalchemy import select

    row = session.scalar(select(model).where(getattr(model, column) == name))
    if row is None:
        session.add(model(**{column: name}, **wanted))
        return "created"
    changed = {field: value for field, value in wanted.items() if getattr(row, field) != value}
    for field, value in changed.items():
        setattr(row, field, value)
    return "changed" if changed else "unchanged"


def team(model: Any, fields: dict[str, Any]) -> dict[str, Any]:
    """The column of the team, which Airflow has since 3.2."""
    return {"team_name": fields.get("team")} if hasattr(model, "team_name") else {}


def sync_pool(session: Any, name: str, fields: dict[str, Any]) -> str:
    from airflow.models.pool import Pool

    wanted = {
        "slots": int(fields["slots"]),
        "description": fields.get("description", ""),
        "include_deferred": fields.get("includeDeferred", False),
    }
    return put(session, Pool, "pool", name, wanted | team(Pool, fields))


def sync_variable(session: Any, name: str, fields: dict[str, Any]) -> str:
    from airflow.models.variable import Variable

    value = fields.get("value", "")
    text = value if isinstance(value, str) else json.dumps(value)
    wanted = {"val": text, "description": fields.get("description")}
    return put(session, Variable, "key", name, wanted | team(Variable, fields))


def sync_connection(session: Any, name: str, fields: dict[str, Any]) -> str:
    from airflow.models.connection import Connection

    uri = fields.get("uri")
    if uri:
        read = Connection.from_json(uri, name) if uri.startswith("{") else Connection(name, uri=uri)
    else:
        extra = {}
        for text in (fields.get("extra"), fields.get("extraSecret")):
            extra |= json.loads(text) if isinstance(text, str) and text else text or {}
        parts = {CONNECTION[key]: fields[key] for key in CONNECTION.keys() & fields.keys()}
        read = Connection(name, extra=json.dumps(extra) if extra else None, **parts)
    columns = [*CONNECTION.values(), "extra"]
    wanted = {column: getattr(read, column) for column in columns if hasattr(read, column)}
    wanted |= team(Connection, fields)
    if "description" in fields:
        wanted["description"] = fields["description"]
    return put(session, Connection, "conn_id", name, wanted)


def sync_user(manager: Any, name: str, fields: dict[str, Any]) -> str:
    """Create the user, or change names, roles and password that differ."""
    from werkzeug.security import check_password_hash

    stated = fields["role"] if isinstance(fields["role"], list) else [fields["role"]]
    roles = [manager.find_role(role) for role in stated]
    if not all(roles):
        known = ", ".join(sorted(role.name for role in manager.get_all_roles()))
        sys.exit(f"users {name}: {', '.join(stated)} are not all roles; use {known}.")
    wanted = {
        "email": fields["email"],
        "first_name": fields.get("firstName", name),
        "last_name": fields.get("lastName", ""),
    }
    user = manager.find_user(username=name)
    if user is None:
        made = manager.add_user(name, **wanted, role=roles, password=fields["password"])
        return "created" if made else sys.exit(f"users {name}: Airflow could not create the user.")
    done = "unchanged"
    if any(getattr(user, field) != value for field, value in wanted.items()) or {
        role.name for role in user.roles
    } != set(stated):
        for field, value in wanted.items():
            setattr(user, field, value)
        user.roles = roles
        manager.update_user(user)
        done = "changed"
    if not check_password_hash(user.password or "", fields["password"]):
        manager.reset_password(user.id, fields["password"])
        done = "changed"
    return done


def main() -> None:
    # Airflow is imported here and above, so that tests can import the program without it.
    from airflow.utils.session import create_session

    asked = json.loads(sys.argv[1])
    sections = {"pools": sync_pool, "variables": sync_variable, "connections": sync_connection}
    with create_session() as session:
        for section, sync in sections.items():
            for name, fields in items(section, asked.get(section) or {}):
                print(f"{section} {name}: {sync(session, name, fields)}", flush=True)
    if users := list(items("users", asked.get("users") or {})):
        from airflow.providers.fab.auth_manager.cli_commands.utils import get_application_builder

        with get_application_builder() as builder:
            for name, fields in users:
                print(f"users {name}: {sync_user(builder.sm, name, fields)}", flush=True)


if __name__ == "__main__":
    main()
