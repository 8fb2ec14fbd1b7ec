# Alarms of CloudWatch, which see the machine; what Airflow does with the database is monitored elsewhere.

locals {
  alarms = {
    connections = {
      metric    = "DatabaseConnections"
      operator  = "GreaterThanThreshold"
      threshold = var.alarms.connections
      words     = "more than ${var.alarms.connections} connections: put a pooler before it, or run fewer components"
    }
    cpu = {
      metric    = "CPUUtilization"
      operator  = "GreaterThanThreshold"
      threshold = var.alarms.cpu_percent
      words     = "more than ${var.alarms.cpu_percent} % of its processors in use: look at its slowest queries, then take a larger class"
    }
    free-memory = {
      metric    = "FreeableMemory"
      operator  = "LessThanThreshold"
      threshold = var.alarms.free_memory_mb * 1024 * 1024
      words     = "less than ${var.alarms.free_memory_mb} MB of memory free: take a larger class"
    }
    free-storage = {
      metric    = "FreeStorageSpace"
      operator  = "LessThanThreshold"
      threshold = var.alarms.free_storage_gb * 1024 * 1024 * 1024
      words     = "less than ${var.alarms.free_storage_gb} GB of storage free: run `airflow db clean`, or raise `max_storage_gb`"
    }
  }
}

resource "aws_cloudwatch_metric_alarm" "this" {
  for_each = local.alarms

  alarm_name          = "${local.name}-database-${each.key}"
  alarm_description   = "The database of ${var.team} in ${var.environment}: ${each.value.words}."
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
  # A database that says nothing is not well.
  treat_missing_data = "breaching"
}
