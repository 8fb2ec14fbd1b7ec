"""The rules of charts/admission as pure functions: placement, verdicts, and nodes that fit a pod.

Tests compare them with the expressions of the chart and with API servers. The webhook of the chart
uses `classes` and `placement`, which need the standard library only.
"""
