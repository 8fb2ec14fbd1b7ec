"""Images and the version of Airflow."""

from collections.abc import Iterable

from pydantic import Field, create_model

from scripts.values.blocks import Block, Image, Object, narrowed


class GitSyncImage(Image):
    """Image of git-sync."""

    repository: str = "registry.k8s.io/git-sync/git-sync"  # type: ignore[assignment]
    """Registry and name of the image."""
    tag: str = "v4.4.2"  # type: ignore[assignment]
    """Tag of the image."""


class AirflowImages(Block):
    """Images of a release."""

    airflow: Image = Image()
    """Image of Airflow; its unset parts are taken from defaultAirflow*."""
    pod_template: Image = Field(default=Image(), alias="pod_template")
    """Image of task pods; unset means the image of the release."""
    redis: Image = Image(repository="redis", tag="7.2-bookworm")
    """Image of Redis, the broker of CeleryExecutor."""
    flower: Image = Image()
    """Image of Flower; unset means the image of the release."""
    use_default_image_for_migration: bool = False
    """Migrate with the image of defaultAirflow*, even if images.airflow names another one."""
    git_sync: GitSyncImage = GitSyncImage()
    """Image of git-sync, for dags.gitSync."""
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
    """Version of Airflow in the image; unset: what the tag begins with, else that of the chart."""
    image_pull_secrets: list[str | Object] = Field(default=[], examples=[["registry-credentials"]])
    """Secrets with credentials of the image registry, as names or as {name}."""


def images_topic(images: Iterable[type[Block]]) -> type[Images]:
    """The topic with the images that the components state."""
    # Pydantic takes the fields of the last base first.
    bases = (*reversed(list(images)), AirflowImages)
    return narrowed(Images, images=create_model("AirflowImages", __base__=bases)())
