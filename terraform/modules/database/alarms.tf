# CloudWatch alarms about the instance. The module monitoring watches Airflow's use of the database.

locals {
  # RDS adds storage when less than 10 % is free.
  free_storage_gb = coalesce(var.alarms.free_storage_gb, var.instance.storage_gb / 20)

  alarms = {
    connections = {
      metric    = "DatabaseConnections"
      operator  = "GreaterThanThreshold"
      threshold = var.alarms.connections
      message   = "more than ${var.alarms.connections} connections. Add a connection pooler or run fewer replicas"
    }
    cpu = {
      metric    = "CPUUtilization"
      operator  = "GreaterThanThreshold"
      threshold = var.alarms.cpu_percent
      message   = "CPU usage above ${var.alarms.cpu_percent} %. Check the slowest queries, then choose a larger instance class"
    }
    free-memory = {
      metric    = "FreeableMemory"
      operator  = "LessThanThreshold"
      threshold = var.alarms.free_memory_mb * 1024 * 1024
      message   = "less than ${var.alarms.free_memory_mb} MB of free memory. Choose a larger instance class"
    }
    free-storage = {
      metric    = "FreeStorageSpace"
      operator  = "LessThanThreshold"
      threshold = local.free_storage_gb * 1024 * 1024 * 1024
      message   = "less than ${local.free_storage_gb} GB of free storage. Run `airflow db clean`, or raise `max_storage_gb`"
    }
  }
}

resource "aws_cloudwatch_metric_alarm" "this" {
  for_each = local.alarms

  alarm_name          = "${local.name}-database-${each.key}"
  alarm_description   = "Airflow database of team ${var.team} in ${var.environment}: ${each.value.message}."
  alarm_actions       = var.alarms.topic_arns
  ok_actions          = var.alarms.topic_arns
  comparison_operator = each.value.operator
  datapoints_to_alarm = 3
  dimensions          = { DBInstanceIdentifier = aws_db_instance.this.identifier }
  evaluation_periods  = 3
  metric_name         = each.value.metric
  namespace           = "AWS/RDS"
  period              = 300
  statistic           = "Average"
  tags                = var.tags
  threshold           = each.value.threshold
  # Missing metrics mean that the instance is down.
  treat_missing_data = "breaching"
}
