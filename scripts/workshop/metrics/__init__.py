"""A capture of the metrics that Airflow sends on the local cluster."""
