# All monitors. Monitors of class `part` notify no one; composite monitors combine two of them.

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
    on_missing_data  = "default"
  }
  # For metrics that a running component always sends: missing data means that it is down.
  _silence_is_bad = { class = "page", comparator = "<", on_missing_data = "show_and_notify_no_data" }
  # For metrics that are sent only while there is something to report: missing data is good.
  _silence_is_good = { on_missing_data = "resolve" }
  # CloudWatch metrics arrive some minutes late.
  _database = { enabled = length(var.databases) > 0, evaluation_delay = 900 }

  _monitors = {
    scheduler_heartbeat = merge(local._silence_is_bad, {
      name      = "No scheduler heartbeat ({{team.name}})"
      query     = "sum(last_5m):sum:airflow.scheduler_heartbeat{${local.scope}} by {team}.as_count()"
      threshold = local.limits.heartbeats
    })
    dag_processor_heartbeat = merge(local._silence_is_bad, {
      name      = "No Dag processor heartbeat ({{team.name}})"
      query     = "sum(last_5m):sum:airflow.dag_processor_heartbeat{${local.scope}} by {team}.as_count()"
      threshold = local.limits.heartbeats
    })
    triggerer_heartbeat = merge(local._silence_is_bad, {
      name      = "No triggerer heartbeat ({{team.name}})"
      query     = "sum(last_5m):sum:airflow.triggerer_heartbeat{${local.scope}} by {team}.as_count()"
      threshold = local.limits.heartbeats
    })
    api_health = merge(local._silence_is_bad, {
      name      = "Health check of {{instance.name}} fails ({{team.name}})"
      query     = "max(last_5m):max:network.http.can_connect{${local.scope}} by {team,instance}"
      threshold = local.limits.health_answers
    })

    import_errors = {
      name      = "Dag import errors ({{team.name}})"
      query     = "min(last_15m):max:airflow.dag_processing.import_errors{${local.scope}} by {team}"
      threshold = local.limits.import_errors
    }
    parse_time = {
      name      = "Parsing all Dag files takes too long ({{team.name}})"
      query     = "min(last_15m):max:airflow.dag_processing.total_parse_time{${local.scope}} by {team}"
      threshold = local.limits.parse_seconds * local.per_second["dag_processing.total_parse_time"]
    }
    file_age = {
      name      = "Dag file not parsed recently ({{team.name}})"
      query     = "min(last_15m):max:airflow.dag_processing.last_run.seconds_ago{${local.scope}} by {team}"
      threshold = local.limits.file_age_seconds * local.per_second["dag_processing.last_run.seconds_ago"]
    }
    processor_timeouts = {
      name      = "Dag file exceeded the parsing timeout ({{team.name}})"
      query     = "sum(last_1h):sum:airflow.dag_processing.processor_timeouts{${local.scope}} by {team}.as_count()"
      threshold = local.limits.processor_timeouts
    }

    # Airflow counts from the time for which a run was planned: a backfill, or a Dag that was paused for a day, is days late.
    schedule_delay = merge(local._silence_is_good, {
      name      = "Scheduled Dag runs start late ({{team.name}})"
      query     = "avg(last_15m):max:airflow.dagrun.schedule_delay.95percentile{${local.scope}} by {team}"
      threshold = local.limits.schedule_delay_seconds * local.per_second["dagrun.schedule_delay"]
    })
    scheduler_loop = {
      class     = "page"
      name      = "Scheduler loop takes too long ({{team.name}})"
      query     = "min(last_15m):max:airflow.scheduler.scheduler_loop_duration.avg{${local.scope}} by {team}"
      threshold = local.limits.scheduler_loop_seconds * local.per_second["scheduler.scheduler_loop_duration"]
    }
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
    executor_slots = {
      comparator = "<"
      name       = "No open slots in {{executor_class_name.name}} ({{team.name}})"
      query      = "max(last_15m):avg:airflow.executor.open_slots{${local.scope}} by {team,executor_class_name}"
      threshold  = local.limits.executor_open_slots
    }
    tasks_queued = merge(local._silence_is_good, {
      class     = "part"
      name      = "Tasks queued ({{team.name}})"
      query     = "min(last_15m):sum:airflow.ti.queued{${local.scope}} by {team}"
      threshold = local.limits.queued_tasks
    })
    no_task_starts = {
      class      = "part"
      comparator = "<"
      name       = "No task starts ({{team.name}})"
      query      = "sum(last_15m):default_zero(sum:airflow.ti.start{${local.scope}} by {team}.as_count())"
      threshold  = local.limits.task_starts
    }

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

    triggerer_capacity = {
      class      = "page"
      comparator = "<"
      name       = "No triggerer capacity left ({{team.name}})"
      query      = "max(last_15m):sum:airflow.triggerer.capacity_left{${local.scope}} by {team}"
      threshold  = local.limits.capacity_left
    }
    blocked_triggers = {
      name      = "Trigger blocks the triggerer's main thread ({{team.name}})"
      query     = "sum(last_15m):sum:airflow.triggers.blocked_main_thread{${local.scope}} by {team}.as_count()"
      threshold = local.limits.blocked_triggers
    }

    # The agent reports a phase only while a pod is in it.
    pods_pending = merge(local._silence_is_good, {
      name      = "Pods stay pending ({{kube_namespace.name}})"
      query     = "min(last_15m):sum:kubernetes_state.pod.status_phase{${local.pods},pod_phase:pending} by {kube_namespace}"
      threshold = local.limits.pending_pods
    })
    pods_failed = merge(local._silence_is_good, {
      name      = "Failed pods ({{kube_namespace.name}})"
      query     = "min(last_15m):sum:kubernetes_state.pod.status_phase{${local.pods},pod_phase:failed} by {kube_namespace}"
      threshold = local.limits.failed_pods
    })
    # A container that Kubernetes starts again now and then is in this state for a moment only.
    pods_crash_looping = merge(local._silence_is_good, {
      class     = "page"
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

    database_connections = merge(local._database, {
      name      = "Too many database connections ({{dbinstanceidentifier.name}})"
      query     = "avg(last_15m):max:aws.rds.database_connections{${local.databases}} by {dbinstanceidentifier}"
      threshold = local.limits.database_connections
    })
    database_cpu = merge(local._database, {
      name      = "High database CPU usage ({{dbinstanceidentifier.name}})"
      query     = "avg(last_15m):max:aws.rds.cpuutilization{${local.databases}} by {dbinstanceidentifier}"
      threshold = local.limits.database_cpu_percent
    })
    database_memory = merge(local._database, {
      comparator = "<"
      name       = "Low free database memory ({{dbinstanceidentifier.name}})"
      query      = "avg(last_15m):min:aws.rds.freeable_memory{${local.databases}} by {dbinstanceidentifier}"
      threshold  = local.limits.database_memory_mib * 1024 * 1024
    })
    # RDS adds storage as soon as less than 10 % is free: below that, it cannot, or not fast enough.
    database_storage = merge(local._database, {
      class      = "page"
      comparator = "<"
      name       = "Database storage almost full ({{dbinstanceidentifier.name}})"
      query      = "max(last_15m):100 * min:aws.rds.free_storage_space{${local.databases}} by {dbinstanceidentifier} / max:aws.rds.total_storage_space{${local.databases}} by {dbinstanceidentifier}"
      threshold  = local.limits.database_storage_percent
    })
    pgbouncer_waiting = {
      enabled   = var.pgbouncer
      name      = "Clients wait for PgBouncer connections ({{kube_namespace.name}})"
      query     = "min(last_15m):sum:pgbouncer.pools.cl_waiting{${local.pods}} by {kube_namespace}"
      threshold = local.limits.waiting_clients
    }
  }

  # Both parts must alert for the same group: a percentage is meaningless for three tasks, and a queue is
  # harmless while tasks start.
  composites = {
    queued_stuck = {
      class = "page"
      name  = "Tasks stuck in the queue, and none starts ({{team.name}})"
      parts = ["tasks_queued", "no_task_starts"]
    }
    task_failure_rate = {
      class = "warn"
      name  = "High task failure rate ({{team.name}})"
      parts = ["task_failure_share", "task_failures"]
    }
  }

  monitors = {
    for id, monitor in { for id, monitor in local._monitors : id => merge(local._defaults, monitor) } : id => monitor
    if monitor.enabled
  }
}
