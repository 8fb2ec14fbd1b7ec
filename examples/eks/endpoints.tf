# Endpoints of the services that nodes, the operators and Airflow call, with addresses in the network.

locals {
  endpoints = toset(["ecr.api", "ecr.dkr", "eks-auth", "kms", "logs", "s3", "secretsmanager", "sts"])
}

resource "aws_security_group" "endpoints" {
  description = "Endpoints of AWS services."
  name        = "${local.name}-endpoints"
  tags        = { Name = "${local.name}-endpoints" }
  vpc_id      = aws_vpc.this.id
}

resource "aws_vpc_security_group_ingress_rule" "endpoints" {
  cidr_ipv4         = var.network.cidr
  description       = "HTTPS from the network."
  from_port         = 443
  ip_protocol       = "tcp"
  security_group_id = aws_security_group.endpoints.id
  to_port           = 443
}

resource "aws_vpc_endpoint" "interface" {
  for_each = local.endpoints

  private_dns_enabled = true
  security_group_ids  = [aws_security_group.endpoints.id]
  service_name        = "com.amazonaws.${var.region}.${each.key}"
  subnet_ids          = local.subnet_ids.endpoints
  tags                = { Name = "${local.name}-${each.key}" }
  vpc_endpoint_type   = "Interface"
  vpc_id              = aws_vpc.this.id

  # The names of S3 lead to the addresses of this endpoint. Behind a gateway alone they are public addresses, which
  # network policies of the api-server and the triggerer do not open.
  dynamic "dns_options" {
    for_each = each.key == "s3" ? [false] : []

    content {
      private_dns_only_for_inbound_resolver_endpoint = dns_options.value
    }
  }
}

# For names that no private DNS covers, such as s3.amazonaws.com without a region.
resource "aws_vpc_endpoint" "gateway" {
  route_table_ids   = [for zone in var.network.zones : aws_route_table.nodes[zone].id]
  service_name      = "com.amazonaws.${var.region}.s3"
  tags              = { Name = "${local.name}-s3-gateway" }
  vpc_endpoint_type = "Gateway"
  vpc_id            = aws_vpc.this.id
}
