"""Names, addresses and folders of the local node."""

from scripts.paths import STATE

NAME = "node"
NODE_ADDRESS = "192.168.77.2"
HOST_ADDRESS = "192.168.77.1"
RANGE = "192.168.77.0/24"
# The end of the node's cable that other programs of this machine see.
INTERFACE = "airflow-node"
PODS = "10.244.0.0/16"
SERVICES = "10.96.0.0/16"
FIRST_SERVICE = "10.96.0.1"
DNS_SERVICE = "10.96.0.10"
API_SERVER = f"https://{NODE_ADDRESS}:6443"
AIRFLOW_NODE_PORT = 30080
# Everything that the node runs lives below this cgroup, so that nothing of it can get lost.
CGROUP = "airflow-on-kubernetes"
# Whatever PATH the caller has, the node finds the machine's own programs.
SYSTEM_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"

CERTIFICATES = STATE / "pki"
CONFIGURATION = STATE / "configuration"
CNI_CONFIGURATION = CONFIGURATION / "cni"
LOGS = STATE / "log"
# One file for each running part: which process it is.
PARTS = STATE / "parts"
NAMESPACES = STATE / "namespaces"
VOLUMES = STATE / "volumes"
# What `make down` is about to remove; there after an interruption only.
REMOVED = STATE.with_name(f"{STATE.name}.removed")
