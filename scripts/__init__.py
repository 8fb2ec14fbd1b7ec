"""The programs of this repository: values, releases, rendering, deploying, the local cluster."""
