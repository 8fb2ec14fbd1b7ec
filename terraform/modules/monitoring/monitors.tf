# All monitors. Monitors of class `part` notify no one; composite monitors combine them.

locals {
  # Units per second of each metric that is a time. Airflow's client sends some in seconds and some in
  # milliseconds, and labels all of them as milliseconds.
  per_second = jsondecode(file("${path.module}/per_second.json"))

  scope = "env:${var.environment},service:${var.service}"
  pods  = "env:${var.environment},kube_namespace:${var.name}-*"
  # Namespaces of components, and those of tasks. Datadog refuses a comma beside IN.
  components = "env:${var.environment} AND kube_namespace IN (${join(",", [for team in sort(var.teams) : "${var.name}-${team}"])})"
  tasks      = "env:${var.environment} AND kube_namespace IN (${join(",", [for team in sort(var.teams) : "${var.name}-${team}-tasks"])})"
  databases  = "dbinstanceidentifier IN (${join(",", sort(values(var.databases)))})"
  limits     = var.thresholds

  # One query of both states: a team whose tasks all fail has no series of success.
  _failed   = "sum:airflow.ti.finish{${local.scope},state:failed} by {team}.as_count()"
  _finished = "sum:airflow.ti.finish{${replace(local.scope, ",", " AND ")} AND state IN (failed,success)} by {team}.as_count()"

  _defaults = {
    class            = "warn"
    comparator       = ">"
    enabled          = true
    evaluation_delay = null
    gates            = []
    on_missing_data  = "default"
    # The other thresholds, as a multiple of the threshold; null: none.
    recovery = null
    warning  = null
    # Time after which a team that sends nothing any more is forgotten; null: a day.
    retention = null
  }
  # For counters that a running component always sends: Datadog evaluates missing data as 0. An outage pages each hour
  # for six hours, and so does a team that has left: then Datadog forgets the group.
  _silence_is_bad = { class = "page", comparator = "<", gates = local._gates, retention = "6h" }
  # For metrics that are sent only while there is something to report: missing data is good.
  _silence_is_good = { on_missing_data = "resolve" }
  # Levels that move slowly around their threshold: an alert ends only when the level is clearly back.
  _high = { recovery = 0.9 }
  _low  = { comparator = "<", recovery = 1.25 }
  # Share of the last minutes in percent, in steps of two minutes, because some checks run once a minute; an empty step
  # counts as 0. They alert after five bad minutes. api_health ends after seven good ones, which is the time that
  # components need to start again, and agents_report after twelve.
  _share = { class = "page", comparator = "<" }
  # CloudWatch metrics arrive some minutes late.
  _database = { enabled = length(var.databases) > 0, evaluation_delay = 900 }

  # Their cause is paged already: they are silent while one of these alerts. Both alert sooner, and longer, than what
  # they silence.
  _gates = ["agents_report", "api_health_condition"]

  _monitors = {
    scheduler_heartbeat = merge(local._silence_is_bad, {
      name      = "No scheduler heartbeat ({{team.name}})"
      query     = "sum(last_10m):sum:airflow.scheduler_heartbeat{${local.scope}} by {team}.as_count()"
      threshold = local.limits.heartbeats
    })
    dag_processor_heartbeat = merge(local._silence_is_bad, {
      name      = "No Dag processor heartbeat ({{team.name}})"
      query     = "sum(last_10m):sum:airflow.dag_processor_heartbeat{${local.scope}} by {team}.as_count()"
      threshold = local.limits.heartbeats
    })
    triggerer_heartbeat = merge(local._silence_is_bad, {
      name      = "No triggerer heartbeat ({{team.name}})"
      query     = "sum(last_10m):sum:airflow.triggerer_heartbeat{${local.scope}} by {team}.as_count()"
      threshold = local.limits.heartbeats
    })
    agents_report = merge(local._share, {
      name      = "Datadog's agents do not report"
      recovery  = 1.2
      query     = "avg(last_15m):100 * default_zero(max:datadog.agent.running{env:${var.environment}}.rollup(max, 120))"
      threshold = local.limits.agents_report_percent
    })
    # The api-server reports the health of the other components, too, but they have heartbeats.
    api_health = merge(local._share, {
      gates     = ["agents_report"]
      name      = "The API or its database is unhealthy ({{team.name}})"
      recovery  = 1.4
      query     = "avg(last_10m):100 * default_zero(max:network.http.can_connect{${local.scope},instance:airflow_metadatabase} by {team}.rollup(max, 120))"
      threshold = local.limits.api_healthy_percent
    })

    import_errors = {
      name      = "Dag import errors ({{team.name}})"
      query     = "min(last_15m):max:airflow.dag_processing.import_errors{${local.scope}} by {team}"
      threshold = local.limits.import_errors
    }
    parse_time = merge(local._high, {
      name      = "Parsing all Dag files takes too long ({{team.name}})"
      query     = "min(last_15m):max:airflow.dag_processing.total_parse_time{${local.scope}} by {team}"
      threshold = local.limits.parse_seconds * local.per_second["dag_processing.total_parse_time"]
    })
    file_age = merge(local._high, {
      name      = "Dag file not parsed recently ({{team.name}})"
      query     = "min(last_15m):max:airflow.dag_processing.last_run.seconds_ago{${local.scope}} by {team}"
      threshold = local.limits.file_age_seconds * local.per_second["dag_processing.last_run.seconds_ago"]
    })
    processor_timeouts = {
      name      = "Dag file exceeded the parsing timeout ({{team.name}})"
      query     = "sum(last_1h):sum:airflow.dag_processing.processor_timeouts{${local.scope}} by {team}.as_count()"
      threshold = local.limits.processor_timeouts
    }

    # Airflow counts from the time for which a run was planned: a backfill, or a Dag that was paused for a day, is days late.
    schedule_delay = merge(local._silence_is_good, local._high, {
      name      = "Scheduled Dag runs start late ({{team.name}})"
      query     = "avg(last_15m):max:airflow.dagrun.schedule_delay.95percentile{${local.scope}} by {team}"
      threshold = local.limits.schedule_delay_seconds * local.per_second["dagrun.schedule_delay"]
    })
    scheduler_loop = merge(local._high, {
      class     = "page"
      gates     = local._gates
      name      = "Scheduler loop takes too long ({{team.name}})"
      query     = "min(last_15m):max:airflow.scheduler.scheduler_loop_duration.avg{${local.scope}} by {team}"
      threshold = local.limits.scheduler_loop_seconds * local.per_second["scheduler.scheduler_loop_duration"]
      warning   = 0.5
    })
    dag_runs_failed = merge(local._silence_is_good, {
      name      = "Dag runs fail ({{dag_id.name}} of {{team.name}})"
      query     = "sum(last_1h):sum:airflow.dagrun.duration.failed.count{${local.scope}} by {team,dag_id}.as_count()"
      threshold = local.limits.failed_dag_runs
    })
    deadlines_missed = merge(local._silence_is_good, {
      name      = "Deadlines missed ({{dag_id.name}} of {{team.name}})"
      query     = "sum(last_1h):sum:airflow.deadline_alerts.deadline_missed{${local.scope}} by {team,dag_id}.as_count()"
      threshold = local.limits.missed_deadlines
    })
    task_failures = {
      class     = "part"
      name      = "Number of failed tasks ({{team.name}})"
      query     = "sum(last_30m):sum:airflow.ti.finish{${local.scope},state:failed} by {team}.as_count()"
      threshold = local.limits.failed_tasks
    }
    task_failure_share = {
      class     = "part"
      name      = "Percentage of failed tasks ({{team.name}})"
      query     = "sum(last_30m):100 * ${local._failed} / ${local._finished}"
      threshold = local.limits.failed_tasks_percent
    }
    pool_starving = merge(local._silence_is_good, {
      name      = "Starving tasks in pool {{pool_name.name}} ({{team.name}})"
      query     = "min(last_15m):max:airflow.pool.starving_tasks{${local.scope}} by {team,pool_name}"
      threshold = local.limits.starving_tasks
    })
    executor_slots = merge(local._low, {
      name      = "No open slots in {{executor_class_name.name}} ({{team.name}})"
      query     = "max(last_15m):avg:airflow.executor.open_slots{${local.scope}} by {team,executor_class_name}"
      threshold = local.limits.executor_open_slots
    })
    tasks_queued = merge(local._silence_is_good, local._high, {
      class     = "part"
      name      = "Tasks queued ({{team.name}})"
      query     = "min(last_15m):sum:airflow.ti.queued{${local.scope}} by {team}"
      threshold = local.limits.queued_tasks
    })
    no_task_starts = {
      class      = "part"
      comparator = "<"
      name       = "No task starts ({{team.name}})"
      query      = "sum(last_15m):sum:airflow.ti.start{${local.scope}} by {team}.as_count()"
      threshold  = local.limits.task_starts
    }

    # The scheduler reports the running tasks, so a task that never ends is seen, too.
    long_tasks = merge(local._silence_is_good, {
      name      = "Task runs for more than an hour ({{dag_id.name}}, {{task_id.name}} of {{team.name}})"
      query     = "min(last_1h):sum:airflow.ti.running{${local.scope}} by {team,dag_id,task_id}"
      threshold = local.limits.long_tasks
    })

    orphaned_tasks = {
      name      = "Orphaned tasks ({{team.name}})"
      query     = "sum(last_1h):sum:airflow.scheduler.orphaned_tasks.cleared{${local.scope}} by {team}.as_count()"
      threshold = local.limits.orphaned_tasks
    }
    tasks_without_heartbeats = {
      name      = "Tasks killed after missing heartbeats ({{team.name}})"
      query     = "sum(last_1h):sum:airflow.task_instances_without_heartbeats_killed{${local.scope}} by {team}.as_count()"
      threshold = local.limits.tasks_without_heartbeats
    }
    killed_externally = {
      name      = "Tasks killed outside Airflow ({{team.name}})"
      query     = "sum(last_1h):sum:airflow.scheduler.tasks.killed_externally{${local.scope}} by {team}.as_count()"
      threshold = local.limits.killed_externally
    }

    triggerer_capacity = merge(local._low, {
      class     = "page"
      gates     = local._gates
      name      = "No triggerer capacity left ({{team.name}})"
      query     = "max(last_15m):sum:airflow.triggerer.capacity_left{${local.scope}} by {team}"
      threshold = local.limits.capacity_left
      warning   = 100
    })
    blocked_triggers = {
      name      = "Trigger blocks the triggerer's main thread ({{team.name}})"
      query     = "sum(last_15m):sum:airflow.triggers.blocked_main_thread{${local.scope}} by {team}.as_count()"
      threshold = local.limits.blocked_triggers
    }

    # The agent reports a phase only while a pod is in it. Compares the age of the oldest pod, not their number: fifty pods
    # that come and go in a minute are harmless, one that waits is not.
    pods_pending = merge(local._silence_is_good, {
      name      = "The same pods stay pending ({{kube_namespace.name}})"
      query     = "min(last_5m):max:kubernetes_state.pod.age{${local.pods},pod_phase:pending} by {kube_namespace}"
      threshold = local.limits.pending_pod_seconds
    })
    pods_failed = merge(local._silence_is_good, local._high, {
      name      = "Failed pods ({{kube_namespace.name}})"
      query     = "min(last_15m):sum:kubernetes_state.pod.status_phase{${local.pods},pod_phase:failed} by {kube_namespace}"
      threshold = local.limits.failed_pods
    })
    # A container that Kubernetes starts again now and then is in this state for a moment only. It does not page: what
    # the component no longer does, pages.
    pods_crash_looping = merge(local._silence_is_good, {
      name      = "Container of a component in CrashLoopBackOff ({{kube_namespace.name}})"
      query     = "min(last_10m):sum:kubernetes_state.container.status_report.count.waiting{${local.components} AND reason:crashloopbackoff} by {kube_namespace}"
      threshold = local.limits.crash_looping_containers
    })
    task_pods_crash_looping = merge(local._silence_is_good, {
      name      = "Container of a task in CrashLoopBackOff ({{kube_namespace.name}})"
      query     = "min(last_10m):sum:kubernetes_state.container.status_report.count.waiting{${local.tasks} AND reason:crashloopbackoff} by {kube_namespace}"
      threshold = local.limits.crash_looping_task_containers
    })
    pods_restarting = {
      name      = "Containers restart ({{kube_namespace.name}})"
      query     = "change(max(last_1h),last_1h):sum:kubernetes.containers.restarts{${local.pods}} by {kube_namespace}"
      threshold = local.limits.restarts
    }

    oom_killed = merge(local._silence_is_good, {
      name      = "Containers killed for their memory ({{kube_namespace.name}})"
      query     = "max(last_15m):sum:kubernetes_state.container.status_report.count.terminated{${local.pods},reason:oomkilled} by {kube_namespace}"
      threshold = local.limits.oom_killed_containers
    })
    # Kubernetes alternates between two of these reasons, so that none lasts.
    images_missing = merge(local._silence_is_good, {
      name      = "Images cannot be pulled ({{kube_namespace.name}})"
      query     = "min(last_10m):sum:kubernetes_state.container.status_report.count.waiting{${replace(local.pods, ",", " AND ")} AND reason IN (createcontainererror,errimagepull,imagepullbackoff,invalidimagename)} by {kube_namespace}"
      threshold = local.limits.containers_without_image
    })
    pods_unschedulable = merge(local._silence_is_good, {
      name      = "No node for pods ({{kube_namespace.name}})"
      query     = "min(last_10m):sum:kubernetes_state.pod.unschedulable{${local.pods}} by {kube_namespace}"
      threshold = local.limits.unschedulable_pods
    })
    # Kubelets count evictions of their node, of whichever namespace.
    pods_evicted = {
      name      = "Pods evicted from {{host.name}}"
      query     = "sum(last_1h):sum:kubernetes.kubelet.evictions{env:${var.environment}} by {host}.as_count()"
      threshold = local.limits.evicted_pods
    }
    node_pressure = merge(local._silence_is_good, {
      name      = "Node {{node.name}} is short of memory, disk or processes"
      query     = "min(last_10m):sum:kubernetes_state.node.by_condition{env:${var.environment} AND condition IN (diskpressure,memorypressure,pidpressure) AND status:true} by {node}"
      threshold = local.limits.conditions_of_pressure
    })
    quota_cpu = merge(local._high, {
      name      = "CPU quota nearly used ({{kube_namespace.name}})"
      query     = "min(last_15m):100 * max:kubernetes_state.resourcequota.requests.cpu.used{${local.pods}} by {kube_namespace} / max:kubernetes_state.resourcequota.requests.cpu.limit{${local.pods}} by {kube_namespace}"
      threshold = local.limits.quota_percent
    })
    quota_memory = merge(local._high, {
      name      = "Memory quota nearly used ({{kube_namespace.name}})"
      query     = "min(last_15m):100 * max:kubernetes_state.resourcequota.requests.memory.used{${local.pods}} by {kube_namespace} / max:kubernetes_state.resourcequota.requests.memory.limit{${local.pods}} by {kube_namespace}"
      threshold = local.limits.quota_percent
    })
    quota_pods = merge(local._high, {
      name      = "Pod quota nearly used ({{kube_namespace.name}})"
      query     = "min(last_15m):100 * max:kubernetes_state.resourcequota.pods.used{${local.pods}} by {kube_namespace} / max:kubernetes_state.resourcequota.pods.limit{${local.pods}} by {kube_namespace}"
      threshold = local.limits.quota_percent
    })
    volume_full = merge(local._high, {
      name      = "Volume {{persistentvolumeclaim.name}} nearly full ({{kube_namespace.name}})"
      query     = "min(last_15m):100 * max:kubernetes.kubelet.volume.stats.used_bytes{${local.pods}} by {kube_namespace,persistentvolumeclaim} / max:kubernetes.kubelet.volume.stats.capacity_bytes{${local.pods}} by {kube_namespace,persistentvolumeclaim}"
      threshold = local.limits.volume_percent
      warning   = 0.85
    })
    # Datadog's check of the operator has the tag `namespace`, not `kube_namespace`.
    external_secrets = merge(local._silence_is_good, {
      enabled   = var.external_secrets
      name      = "ExternalSecret {{name.name}} is not ready ({{namespace.name}})"
      query     = "min(last_15m):max:external_secrets.externalsecret.status_condition{env:${var.environment},namespace:${var.name}-*,condition:ready,status:false} by {namespace,name}"
      threshold = local.limits.unready_secrets
    })

    database_connections = merge(local._database, local._high, {
      name      = "Too many database connections ({{dbinstanceidentifier.name}})"
      query     = "avg(last_15m):max:aws.rds.database_connections{${local.databases}} by {dbinstanceidentifier}"
      threshold = local.limits.database_connections
      warning   = 0.8
    })
    database_cpu = merge(local._database, local._high, {
      name      = "High database CPU usage ({{dbinstanceidentifier.name}})"
      query     = "avg(last_15m):max:aws.rds.cpuutilization{${local.databases}} by {dbinstanceidentifier}"
      threshold = local.limits.database_cpu_percent
      warning   = 0.8
    })
    database_memory = merge(local._database, local._low, {
      name      = "Low free database memory ({{dbinstanceidentifier.name}})"
      query     = "avg(last_15m):min:aws.rds.freeable_memory{${local.databases}} by {dbinstanceidentifier}"
      threshold = local.limits.database_memory_mib * 1024 * 1024
    })
    # RDS adds storage as soon as less than 10 % is free: below that, it cannot, or not fast enough.
    database_storage = merge(local._database, local._low, {
      class     = "page"
      warning   = 1.6
      name      = "Database storage almost full ({{dbinstanceidentifier.name}})"
      query     = "max(last_15m):100 * min:aws.rds.free_storage_space{${local.databases}} by {dbinstanceidentifier} / max:aws.rds.total_storage_space{${local.databases}} by {dbinstanceidentifier}"
      threshold = local.limits.database_storage_percent
    })
    pgbouncer_waiting = merge(local._high, {
      enabled   = var.pgbouncer
      name      = "Clients wait for PgBouncer connections ({{kube_namespace.name}})"
      query     = "min(last_15m):sum:pgbouncer.pools.cl_waiting{${local.pods}} by {kube_namespace}"
      threshold = local.limits.waiting_clients
    })
  }

  _enabled = { for id, monitor in local._monitors : id => merge(local._defaults, monitor) if merge(local._defaults, monitor).enabled }

  # A monitor with gates is two: a part with its query, and a composite monitor with its name.
  monitors = {
    for id, monitor in local._enabled : (length(monitor.gates) == 0 ? id : "${id}_condition") => merge(monitor, {
      class = length(monitor.gates) == 0 ? monitor.class : "part"
      name  = length(monitor.gates) == 0 ? monitor.name : "condition of ${id}: ${monitor.name}"
    })
  }

  # All parts must alert for the same group, and none of the gates: a percentage is meaningless for three tasks, and a
  # queue is harmless while tasks start.
  composites = merge(
    {
      queued_stuck = {
        class = "page"
        gates = local._gates
        name  = "Tasks stuck in the queue, and none starts ({{team.name}})"
        parts = ["tasks_queued", "no_task_starts"]
      }
      task_failure_rate = {
        class = "warn"
        gates = []
        name  = "High task failure rate ({{team.name}})"
        parts = ["task_failure_share", "task_failures"]
      }
    },
    {
      for id, monitor in local._enabled : id => { class = monitor.class, gates = monitor.gates, name = monitor.name, parts = ["${id}_condition"] }
      if length(monitor.gates) > 0
    },
  )
}
