output "buckets" {
  description = "Name and ARN of the buckets `dags` and `logs`. They are ready for writes when this is known."
  value       = { for kind, bucket in aws_s3_bucket.this : kind => { arn = bucket.arn, name = bucket.bucket } }

  # Objects must not be written before encryption and policies are in place.
  depends_on = [
    aws_s3_bucket_ownership_controls.this,
    aws_s3_bucket_policy.this,
    aws_s3_bucket_server_side_encryption_configuration.this,
  ]
}

output "kms_key_arn" {
  description = "ARN of the environment's KMS key, which also encrypts its databases and secrets."
  value       = local.kms_key_arn
}
