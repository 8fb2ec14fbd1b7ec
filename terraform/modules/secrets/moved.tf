# Addresses of earlier versions, when each secret was a resource of its own.

moved {
  from = aws_secretsmanager_secret_version.api_secret_key
  to   = aws_secretsmanager_secret_version.token["api-secret-key"]
}

moved {
  from = aws_secretsmanager_secret_version.fernet_key
  to   = aws_secretsmanager_secret_version.fernet_key["fernet-key"]
}

moved {
  from = aws_secretsmanager_secret_version.jwt_secret
  to   = aws_secretsmanager_secret_version.token["jwt-secret"]
}

moved {
  from = aws_secretsmanager_secret_version.metadata
  to   = aws_secretsmanager_secret_version.database_url
}
