"""Names, addresses and folders of the local node."""

from scripts.paths import STATE

NAME = "node"
NODE_ADDRESS = "192.168.77.2"
HOST_ADDRESS = "192.168.77.1"
RANGE = "192.168.77.0/24"
# The outer end of the veth pair into the node's network namespace.
INTERFACE = "airflow-node"
PODS = "10.244.0.0/16"
SERVICES = "10.96.0.0/16"
FIRST_SERVICE = "10.96.0.1"
DNS_SERVICE = "10.96.0.10"
API_SERVER = f"https://{NODE_ADDRESS}:6443"
AIRFLOW_NODE_PORT = 30080
# All processes of the node run in this cgroup, so that `make down` finds them.
CGROUP = "airflow-on-kubernetes"
# PATH of the node's processes, independent of the caller's.
SYSTEM_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"

CERTIFICATES = STATE / "pki"
CONFIGURATION = STATE / "configuration"
CNI_CONFIGURATION = CONFIGURATION / "cni"
LOGS = STATE / "log"
# A file for each running process of the node, with its pid.
PARTS = STATE / "parts"
NAMESPACES = STATE / "namespaces"
VOLUMES = STATE / "volumes"
# The node's own /var/tmp, in which the volume of task logs is a folder.
NODE_TEMPORARY = STATE / "var-tmp"
# The state while `make down` removes it; left over only after an interruption.
REMOVED = STATE.with_name(f"{STATE.name}.removed")
