output "connection" {
  description = "How to connect, as the module `secrets` takes it: no password, but where it is."
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
  description = "The name of the host."
  value       = aws_db_instance.this.address
}

output "identifier" {
  description = "The identifier of the instance, by which metrics know it."
  value       = aws_db_instance.this.identifier
}

output "name" {
  description = "The name of the database."
  value       = aws_db_instance.this.db_name
}

output "password_secret_id" {
  description = "The secret with the password; the text itself is the password."
  value       = aws_secretsmanager_secret_version.password.secret_id
}

output "port" {
  description = "The port."
  value       = aws_db_instance.this.port
}

output "resource_id" {
  description = "The id by which IAM knows the instance (`rds-db:connect`)."
  value       = aws_db_instance.this.resource_id
}

output "security_group_id" {
  description = "The security group of the database."
  value       = aws_security_group.this.id
}

output "user" {
  description = "The user."
  value       = aws_db_instance.this.username
}
