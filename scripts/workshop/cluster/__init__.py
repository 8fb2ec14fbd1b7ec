"""The local cluster: one real Kubernetes node on this machine, and Airflow on it."""
