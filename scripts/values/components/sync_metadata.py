"""The Job that writes pools, variables, connections and users of values into the database."""

from typing import Annotated

from pydantic import Field

from scripts.values.blocks import Block, Object, Resources, Scalar, resources
from scripts.values.component import Component
from scripts.values.pods import AirflowJob

Name = Annotated[str, Field(min_length=1)]


class SecretKey(Block):
    """A key of an existing Secret."""

    name: Name
    """Name of the Secret, in the namespace of the release."""
    key: Name
    """Key in the Secret."""


class Owned(Block):
    """An item that may belong to a team of `config.core.multi_team`."""

    description: str | None = None
    """Description of the item, shown in the UI."""
    team: str | None = None
    """Team that alone may use the item, with `config.core.multi_team`; unset means all of them."""


class Pool(Owned):
    """A pool of slots for tasks."""

    slots: int = Field(ge=-1)
    """Number of slots of the pool; -1 means no limit."""
    include_deferred: bool = False
    """Count deferred tasks, too."""


class Variable(Owned):
    """A variable of Airflow."""

    value: Scalar | list[object] | Object | None = Field(default=None, examples=[{"rows": 10}])
    """Value of the variable; what is not a text is stored as JSON."""
    value_secret: SecretKey | None = None
    """Key of an existing Secret with the value of the variable."""


class Connection(Owned):
    """A connection of Airflow."""

    type: str | None = None
    """Type of the connection, such as `postgres` or `aws`."""
    host: str | None = None
    """Host of the connection."""
    port: int | None = None
    """Port of the connection."""
    login: str | None = None
    """User name of the connection."""
    schema_: str | None = Field(default=None, alias="schema")
    """Schema of the connection, such as the name of a database."""
    extra: str | Object | None = Field(default=None, examples=[{"sslmode": "require"}])
    """Further fields of the connection, as a map or as JSON."""
    password: str | None = None
    """Password as text, which is refused: name a Secret in `passwordSecret`."""
    uri: str | None = None
    """URI as text, which is refused: name a Secret in `uriSecret`."""
    password_secret: SecretKey | None = None
    """Key of an existing Secret with the password of the connection."""
    extra_secret: SecretKey | None = None
    """Key of an existing Secret with JSON, whose fields are merged over `extra`."""
    uri_secret: SecretKey | None = None
    """Key of an existing Secret with the whole connection, as a URI or JSON; replaces the rest."""


class User(Block):
    """A user of FabAuthManager."""

    role: str | list[str]
    """Role of the user, or a list of roles."""
    email: str
    """Mail address of the user."""
    first_name: str | None = None
    """First name of the user; unset means the login name."""
    last_name: str | None = None
    """Last name of the user."""
    password: str | None = None
    """Password as text, which is refused: name a Secret in `passwordSecret`."""
    password_secret: SecretKey | None = None
    """Key of an existing Secret with the password of the user."""


class NamedPool(Pool):
    """A pool in a list."""

    name: Name
    """Name of the pool."""


class NamedVariable(Variable):
    """A variable in a list."""

    key: Name
    """Key of the variable."""


class NamedConnection(Connection):
    """A connection in a list."""

    id: Name
    """ID of the connection."""


class NamedUser(User):
    """A user in a list."""

    username: Name
    """Login name of the user."""


class SyncMetadataJob(AirflowJob):
    """Job that writes pools, variables, connections and users into the metadata database."""

    enabled: bool = False
    """Run the Job when one of its values changes. It changes what differs, and deletes nothing.

    After a change of the contents of a Secret, change `annotations`, so that it runs again."""
    resources: Resources = resources("50m", "256Mi", "1Gi")
    """Requests and limits of the Job that syncs the metadata."""
    pools: list[NamedPool] | dict[str, Pool | None] | None = Field(
        default=None, examples=[{"warehouse": {"slots": 5, "description": "Loads"}}]
    )
    """Pools, as a map by name or a list with `name`."""
    variables: list[NamedVariable] | dict[str, Variable | Scalar | None] | None = Field(
        default=None,
        examples=[{"region": "eu", "token": {"valueSecret": {"name": "api", "key": "token"}}}],
    )
    """Variables, as a map by key or a list with `key`; a text or number alone is the value."""
    connections: list[NamedConnection] | dict[str, Connection | None] | None = Field(
        default=None,
        examples=[
            {
                "warehouse": {
                    "type": "postgres",
                    "host": "warehouse.example.com",
                    "login": "airflow",
                    "passwordSecret": {"name": "warehouse", "key": "password"},
                }
            }
        ],
    )
    """Connections, as a map by ID or a list with `id`."""
    users: list[NamedUser] | dict[str, User | None] | None = Field(
        default=None,
        examples=[
            {
                "ada": {
                    "role": "Op",
                    "email": "ada@example.com",
                    "passwordSecret": {"name": "ada", "key": "password"},
                }
            }
        ],
    )
    """Users of FabAuthManager, as a map by login name or a list with `username`."""


COMPONENT = Component(key="syncMetadataJob", values=SyncMetadataJob)
