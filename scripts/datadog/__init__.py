"""Datadog as data: what metrics there are, dashboards made of them, and a listener to them."""
