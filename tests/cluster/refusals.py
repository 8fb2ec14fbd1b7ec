"""Messages of the admission policy of tasks: files/task_pod_rules.yaml of the chart."""

ACCOUNT = "Task pods must not use the ServiceAccount "
COMPONENT = (
    "Task pods must not use the label of an Airflow component: remove the label `component`."
)
RELEASE = "Task pods must not use the label of another release: remove the label `release`."
# Applies only where tasks run in the namespace of the release, which no environment does.
LABELS = "Task pods must keep the labels that policies select: restore `tier`, "
MOUNT = "Task pods must not mount this Secret: add it to tasks.admission.secrets, or use another."
READ = "Task pods must not read this Secret: add it to tasks.admission.secrets, or use another."
EPHEMERAL = "Task pods must not have ephemeral containers: these could read what the pod may not."
PULL = "Task pods must not pull images with this Secret: add it to tasks.admission.secrets."
OF_THE_POLICY = (ACCOUNT, COMPONENT, RELEASE, LABELS, MOUNT, READ, EPHEMERAL, PULL)
# From Kubernetes itself, for the namespace.
POD_SECURITY = 'violates PodSecurity "restricted:'
