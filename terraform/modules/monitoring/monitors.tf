# Every monitor in one table. A part notifies nobody: it is one half of a monitor of two.

locals {
  # How many of its unit a second is, of each metric that is a time: Airflow's client sends seconds
  # and milliseconds, and calls both the latter.
  per_second = jsondecode(file("${path.module}/per_second.json"))

  scope     = "env:${var.environment},service:${var.service}"
  pods      = "env:${var.environment},kube_namespace:${var.name}-*"
  databases = "dbinstanceidentifier IN (${join(",", sort(values(var.databases)))})"
  limits    = var.thresholds

  _failed    = "default_zero(sum:airflow.ti.finish{${local.scope},state:failed} by {team}.as_count())"
  _succeeded = "default_zero(sum:airflow.ti.finish{${local.scope},state:success} by {team}.as_count())"

  _defaults = {
    class            = "warn"
    comparator       = ">"
    enabled          = true
    evaluation_delay = null
    on_missing_data  = "default"
  }
  # Nobody speaks of what is not there; a component that is silent is one that is down.
  _silence_is_bad = { class = "page", comparator = "<", on_missing_data = "show_and_notify_no_data" }
  # What is sent only while there is something to tell, is well when it is silent.
  _silence_is_good = { on_missing_data = "resolve" }
  # AWS is late by minutes.
  _database = { enabled = length(var.databases) > 0, evaluation_delay = 900 }

  _monitors = {
    scheduler_heartbeat = merge(local._silence_is_bad, {
      name      = "the scheduler of {{team.name}} does not beat"
      query     = "sum(last_5m):sum:airflow.scheduler_heartbeat{${local.scope}} by {team}.as_count()"
      threshold = local.limits.heartbeats
    })
    dag_processor_heartbeat = merge(local._silence_is_bad, {
      name      = "the Dag processor of {{team.name}} does not beat"
      query     = "sum(last_5m):sum:airflow.dag_processor_heartbeat{${local.scope}} by {team}.as_count()"
      threshold = local.limits.heartbeats
    })
    triggerer_heartbeat = merge(local._silence_is_bad, {
      name      = "the triggerer of {{team.name}} does not beat"
      query     = "sum(last_5m):sum:airflow.triggerer_heartbeat{${local.scope}} by {team}.as_count()"
      threshold = local.limits.heartbeats
    })
    api_health = merge(local._silence_is_bad, {
      name      = "the API of {{team.name}} says that {{instance.name}} is not healthy"
      query     = "max(last_5m):max:network.http.can_connect{${local.scope}} by {team,instance}"
      threshold = local.limits.health_answers
    })

    import_errors = {
      name      = "Dags of {{team.name}} cannot be imported"
      query     = "min(last_15m):max:airflow.dag_processing.import_errors{${local.scope}} by {team}"
      threshold = local.limits.import_errors
    }
    parse_time = {
      name      = "reading all Dags of {{team.name}} takes long"
      query     = "min(last_15m):max:airflow.dag_processing.total_parse_time{${local.scope}} by {team}"
      threshold = local.limits.parse_seconds * local.per_second["dag_processing.total_parse_time"]
    }
    file_age = {
      name      = "a Dag file of {{team.name}} has not been read for long"
      query     = "min(last_15m):max:airflow.dag_processing.last_run.seconds_ago{${local.scope}} by {team}"
      threshold = local.limits.file_age_seconds * local.per_second["dag_processing.last_run.seconds_ago"]
    }
    processor_timeouts = {
      name      = "reading a Dag file of {{team.name}} was given up"
      query     = "sum(last_1h):sum:airflow.dag_processing.processor_timeouts{${local.scope}} by {team}.as_count()"
      threshold = local.limits.processor_timeouts
    }

    schedule_delay = merge(local._silence_is_good, {
      class     = "page"
      name      = "runs of {{team.name}} start late"
      query     = "avg(last_15m):max:airflow.dagrun.schedule_delay.95percentile{${local.scope}} by {team}"
      threshold = local.limits.schedule_delay_seconds * local.per_second["dagrun.schedule_delay"]
    })
    task_failures = {
      class     = "part"
      name      = "tasks of {{team.name}} fail (number)"
      query     = "sum(last_30m):sum:airflow.ti.finish{${local.scope},state:failed} by {team}.as_count()"
      threshold = local.limits.failed_tasks
    }
    task_failure_share = {
      class     = "part"
      name      = "tasks of {{team.name}} fail (share)"
      query     = "sum(last_30m):100 * ${local._failed} / (${local._failed} + ${local._succeeded})"
      threshold = local.limits.failed_tasks_percent
    }
    pool_starving = merge(local._silence_is_good, {
      name      = "tasks of {{team.name}} starve in the pool {{pool_name.name}}"
      query     = "min(last_15m):max:airflow.pool.starving_tasks{${local.scope}} by {team,pool_name}"
      threshold = local.limits.starving_tasks
    })
    executor_slots = {
      comparator = "<"
      name       = "the executor {{executor_class_name.name}} of {{team.name}} has no open slot"
      query      = "max(last_15m):avg:airflow.executor.open_slots{${local.scope}} by {team,executor_class_name}"
      threshold  = local.limits.executor_open_slots
    }
    executor_queue = {
      class     = "part"
      name      = "tasks of {{team.name}} wait for the executor {{executor_class_name.name}}"
      query     = "min(last_15m):sum:airflow.executor.queued_tasks{${local.scope}} by {team,executor_class_name}"
      threshold = local.limits.executor_queued_tasks
    }

    orphaned_tasks = {
      name      = "tasks of {{team.name}} lost their scheduler"
      query     = "sum(last_1h):sum:airflow.scheduler.orphaned_tasks.cleared{${local.scope}} by {team}.as_count()"
      threshold = local.limits.orphaned_tasks
    }
    tasks_without_heartbeats = {
      name      = "tasks of {{team.name}} were killed for want of heartbeats"
      query     = "sum(last_1h):sum:airflow.task_instances_without_heartbeats_killed{${local.scope}} by {team}.as_count()"
      threshold = local.limits.tasks_without_heartbeats
    }
    killed_externally = {
      name      = "tasks of {{team.name}} were killed by somebody else"
      query     = "sum(last_1h):sum:airflow.scheduler.tasks.killed_externally{${local.scope}} by {team}.as_count()"
      threshold = local.limits.killed_externally
    }

    triggerer_capacity = {
      class      = "page"
      comparator = "<"
      name       = "the triggerer of {{team.name}} has no room"
      query      = "max(last_15m):sum:airflow.triggerer.capacity_left{${local.scope}} by {team}"
      threshold  = local.limits.capacity_left
    }
    blocked_triggers = {
      name      = "a trigger of {{team.name}} holds up the others"
      query     = "sum(last_15m):sum:airflow.triggers.blocked_main_thread{${local.scope}} by {team}.as_count()"
      threshold = local.limits.blocked_triggers
    }

    # The agent reports a phase only while there is a pod in it.
    pods_pending = merge(local._silence_is_good, {
      name      = "pods in {{kube_namespace.name}} do not start"
      query     = "min(last_15m):sum:kubernetes_state.pod.status_phase{${local.pods},pod_phase:pending} by {kube_namespace}"
      threshold = local.limits.pending_pods
    })
    pods_failed = merge(local._silence_is_good, {
      name      = "pods in {{kube_namespace.name}} fail"
      query     = "min(last_15m):sum:kubernetes_state.pod.status_phase{${local.pods},pod_phase:failed} by {kube_namespace}"
      threshold = local.limits.failed_pods
    })
    pods_crash_looping = merge(local._silence_is_good, {
      class     = "page"
      name      = "a container in {{kube_namespace.name}} crashes again and again"
      query     = "max(last_10m):sum:kubernetes_state.container.status_report.count.waiting{${local.pods},reason:crashloopbackoff} by {kube_namespace}"
      threshold = local.limits.crash_looping_containers
    })
    pods_restarting = {
      name      = "containers in {{kube_namespace.name}} restart"
      query     = "change(max(last_1h),last_1h):sum:kubernetes.containers.restarts{${local.pods}} by {kube_namespace}"
      threshold = local.limits.restarts
    }

    database_connections = merge(local._database, {
      name      = "the database {{dbinstanceidentifier.name}} has many connections"
      query     = "avg(last_15m):max:aws.rds.database_connections{${local.databases}} by {dbinstanceidentifier}"
      threshold = local.limits.database_connections
    })
    database_cpu = merge(local._database, {
      name      = "the database {{dbinstanceidentifier.name}} has no processor to spare"
      query     = "avg(last_15m):max:aws.rds.cpuutilization{${local.databases}} by {dbinstanceidentifier}"
      threshold = local.limits.database_cpu_percent
    })
    database_memory = merge(local._database, {
      comparator = "<"
      name       = "the database {{dbinstanceidentifier.name}} has little memory left"
      query      = "avg(last_15m):min:aws.rds.freeable_memory{${local.databases}} by {dbinstanceidentifier}"
      threshold  = local.limits.database_memory_mib * 1024 * 1024
    })
    database_storage = merge(local._database, {
      class      = "page"
      comparator = "<"
      name       = "the storage of the database {{dbinstanceidentifier.name}} is nearly full"
      query      = "max(last_15m):min:aws.rds.free_storage_space{${local.databases}} by {dbinstanceidentifier}"
      threshold  = local.limits.database_storage_gib * 1024 * 1024 * 1024
    })
    pgbouncer_waiting = {
      enabled   = var.pgbouncer
      name      = "clients in {{kube_namespace.name}} wait for PgBouncer"
      query     = "min(last_15m):sum:pgbouncer.pools.cl_waiting{${local.pods}} by {kube_namespace}"
      threshold = local.limits.waiting_clients
    }
  }

  # Two at once, in the same group: a share means nothing of three tasks, a queue nothing while
  # slots are open.
  composites = {
    queued_stuck = {
      class = "page"
      name  = "tasks of {{team.name}} wait, and nothing makes room for them"
      parts = ["executor_queue", "executor_slots"]
    }
    task_failure_rate = {
      class = "warn"
      name  = "many tasks of {{team.name}} fail"
      parts = ["task_failure_share", "task_failures"]
    }
  }

  monitors = {
    for id, monitor in { for id, said in local._monitors : id => merge(local._defaults, said) } : id => monitor
    if monitor.enabled
  }
}
