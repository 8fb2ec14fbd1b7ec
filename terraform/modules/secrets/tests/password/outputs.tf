output "connection" {
  description = "Connection, as the module database outputs it."
  value = {
    host                = "db.example.com"
    name                = "airflow"
    password_secret_id  = aws_secretsmanager_secret_version.this.secret_id
    password_version_id = aws_secretsmanager_secret_version.this.version_id
    port                = 5432
    user                = "airflow"
  }
}
