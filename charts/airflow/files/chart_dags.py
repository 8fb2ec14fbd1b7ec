"""Dag bundle: one folder of a bucket that teams share, for roles that may read this folder only."""

from airflow.providers.amazon.aws.bundles.s3 import S3DagBundle


class S3FolderDagBundle(S3DagBundle):
    """Like S3DagBundle, but it does not ask first whether bucket and folder exist.

    These questions list the bucket, and IAM cannot tell them from a request for the names of all
    teams' files. A bucket that does not exist is an error of the download, too; a folder without
    files is a bundle without Dags.
    """

    def _initialize(self) -> None:
        self.s3_dags_dir.mkdir(parents=True, exist_ok=True)
        self.refresh()
