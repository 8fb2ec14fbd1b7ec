output "buckets" {
  description = "Name and ARN of the buckets: `dags` and `logs`. They can be written to."
  value       = { for kind, bucket in aws_s3_bucket.this : kind => { arn = bucket.arn, name = bucket.bucket } }

  # Not before a write is encrypted and refused as it should be.
  depends_on = [
    aws_s3_bucket_ownership_controls.this,
    aws_s3_bucket_policy.this,
    aws_s3_bucket_server_side_encryption_configuration.this,
  ]
}

output "kms_key_arn" {
  description = "The key of the environment, for its databases and secrets, too."
  value       = aws_kms_key.this.arn
}
