# Certificate of the host names of Airflow, if a hosted zone can prove that they are ours.

locals {
  # Teams have names below the host.
  _validations = var.ingress == null || try(var.ingress.zone_id, null) == null ? {} : { (var.ingress.host) = var.ingress.zone_id }
  certificate_arn = try(coalesce(
    var.ingress.certificate_arn,
    one([for validation in aws_acm_certificate_validation.this : validation.certificate_arn]),
  ), null)
}

resource "aws_acm_certificate" "this" {
  for_each = local._validations

  domain_name               = each.key
  subject_alternative_names = ["*.${each.key}"]
  validation_method         = "DNS"

  lifecycle {
    create_before_destroy = true
  }
}

resource "aws_route53_record" "validation" {
  for_each = local._validations

  allow_overwrite = true
  # The host and the names below it have the same record.
  name    = tolist(aws_acm_certificate.this[each.key].domain_validation_options)[0].resource_record_name
  records = [tolist(aws_acm_certificate.this[each.key].domain_validation_options)[0].resource_record_value]
  ttl     = 300
  type    = tolist(aws_acm_certificate.this[each.key].domain_validation_options)[0].resource_record_type
  zone_id = each.value
}

resource "aws_acm_certificate_validation" "this" {
  for_each = local._validations

  certificate_arn         = aws_acm_certificate.this[each.key].arn
  validation_record_fqdns = [aws_route53_record.validation[each.key].fqdn]
}
