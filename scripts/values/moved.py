"""Values of the official chart that live elsewhere here: legal in the schema, then refused."""

# Where it was -> where it went. Source: the keys that the official chart itself calls deprecated.
MOVED = {
    "securityContext": "securityContexts.pod",
    "apiServer.securityContext": "apiServer.securityContexts.pod",
    "scheduler.securityContext": "scheduler.securityContexts.pod",
    "dagProcessor.securityContext": "dagProcessor.securityContexts.pod",
    "triggerer.securityContext": "triggerer.securityContexts.pod",
    "workers.securityContext": "workers.securityContexts.pod",
    "migrateDatabaseJob.securityContext": "migrateDatabaseJob.securityContexts.pod",
    "createUserJob.securityContext": "createUserJob.securityContexts.pod",
    "ingress.enabled": "ingress.apiServer.enabled",
    "ingress.apiServer.host": "ingress.apiServer.hosts",
    "ingress.apiServer.tls": "ingress.apiServer.hosts[].tls",
    "registry": "imagePullSecrets",
}
