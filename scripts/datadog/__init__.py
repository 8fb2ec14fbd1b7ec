"""Datadog: the table of metrics, and the dashboards."""
