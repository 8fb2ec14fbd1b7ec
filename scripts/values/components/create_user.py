"""The Job that creates the first user."""

from pydantic import Field

from scripts.values.blocks import Block, Resources, resources
from scripts.values.component import Component
from scripts.values.pods import AirflowJob


class DefaultUser(Block):
    """The first user of Airflow."""

    role: str = "Admin"
    """Role of the first user, such as Admin, Op or Viewer."""
    username: str = "admin"
    """Login name of the first user."""
    email: str = "admin@example.com"
    """Mail address of the first user."""
    first_name: str = "admin"
    """First name of the first user."""
    last_name: str = "user"
    """Last name of the first user."""
    password: str | None = None
    """Password as text (refused in prod); unset means that one is generated in the cluster."""
    password_secret_name: str | None = Field(default=None, examples=["airflow-admin"])
    """Name of an existing Secret with the key `password`."""


class CreateUserJob(AirflowJob):
    """Job that creates the first user; off by default, so that no user exists by surprise."""

    enabled: bool = False
    """Create the first user."""
    resources: Resources = resources("50m", "256Mi", "1Gi")
    """Requests and limits of the Job that creates the first user."""
    default_user: DefaultUser = DefaultUser()
    """First user of Airflow."""


COMPONENT = Component(key="createUserJob", values=CreateUserJob)
