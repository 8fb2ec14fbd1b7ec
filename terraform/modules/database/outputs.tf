output "connection" {
  description = "Connection parameters for the module secrets. They contain the id of the password's secret, not the password."
  value = {
    host                = aws_db_instance.this.address
    name                = aws_db_instance.this.db_name
    password_secret_id  = aws_secretsmanager_secret_version.password.secret_id
    password_version_id = aws_secretsmanager_secret_version.password.version_id
    port                = aws_db_instance.this.port
    user                = aws_db_instance.this.username
  }
}

output "host" {
  description = "Hostname."
  value       = aws_db_instance.this.address
}

output "identifier" {
  description = "Identifier of the RDS instance, the tag of its metrics."
  value       = aws_db_instance.this.identifier
}

output "name" {
  description = "Name of the database."
  value       = aws_db_instance.this.db_name
}

output "password_secret_id" {
  description = "Id of the secret whose text is the password."
  value       = aws_secretsmanager_secret_version.password.secret_id
}

output "port" {
  description = "Port."
  value       = aws_db_instance.this.port
}

output "resource_id" {
  description = "Resource id of the instance (db-…), which IAM policies for `rds-db:connect` need."
  value       = aws_db_instance.this.resource_id
}

output "security_group_id" {
  description = "Id of the database's security group."
  value       = aws_security_group.this.id
}

output "user" {
  description = "Database user."
  value       = aws_db_instance.this.username
}
