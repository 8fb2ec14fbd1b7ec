"""Messages of the admission policy of tasks: templates/tasks-admission.yaml."""

ACCOUNT = "A task may not use the ServiceAccount "
COMPONENT = (
    "A task may not wear the label of a component of Airflow: leave out the label component."
)
RELEASE = "A task may not wear the label of another release: leave out the label release."
MOUNT = "A task may not mount that Secret: name it in tasks.admission.secrets."
READ = "A task may not read that Secret: name it in tasks.admission.secrets."
EPHEMERAL = "A task gets no ephemeral containers: they could read what the pod may not."
PULL = "A task may not pull images with that Secret: name it in tasks.admission.secrets."
# Of Kubernetes itself, for the namespace.
POD_SECURITY = 'violates PodSecurity "restricted:'
