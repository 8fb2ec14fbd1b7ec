"""Images and the version of Airflow."""

from pydantic import Field

from scripts.values.blocks import Block, Image, Object


class AirflowImages(Block):
    """Images of a release."""

    airflow: Image = Image()
    """Image of Airflow; its unset parts are taken from defaultAirflow*."""
    pod_template: Image = Field(default=Image(), alias="pod_template")
    """Image of task pods; unset means the image of the release."""
    migrations_wait_timeout: int = 300
    """Seconds that a component waits for the migrations before its init container is restarted."""


class Images(Block):
    """Images and the version of Airflow."""

    images: AirflowImages = AirflowImages()
    """Images of the release."""
    default_airflow_repository: str = "apache/airflow"
    """Registry and name of the Airflow image, unless images.airflow.repository is set."""
    default_airflow_tag: str = "3.3.2"
    """Tag of the Airflow image, such as 3.3.2, unless images.airflow.tag is set."""
    default_airflow_digest: str | None = Field(
        default=None, examples=[f"sha256:{'0123456789abcdef' * 4}"]
    )
    """Digest of the Airflow image; it wins over defaultAirflowTag."""
    airflow_version: str | None = Field(default=None, examples=["3.3.2"])
    """Version of Airflow in the image; needed only when the tag does not begin with it."""
    image_pull_secrets: list[str | Object] = Field(default=[], examples=[["registry-credentials"]])
    """Secrets with credentials of the image registry, as names or as {name}."""
