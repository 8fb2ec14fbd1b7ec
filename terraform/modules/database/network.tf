# Clients that may connect to the database. There are no egress rules: the database opens no connections.

resource "aws_security_group" "this" {
  name        = "${local.name}-database"
  description = "The database of ${var.team}: reached by Airflow only."
  vpc_id      = var.network.vpc_id
  tags        = var.tags
}

resource "aws_vpc_security_group_ingress_rule" "groups" {
  for_each = var.network.client_security_group_ids

  security_group_id            = aws_security_group.this.id
  referenced_security_group_id = each.value
  description                  = "Security group of the cluster"
  ip_protocol                  = "tcp"
  from_port                    = local.port
  to_port                      = local.port
  tags                         = var.tags
}

resource "aws_vpc_security_group_ingress_rule" "networks" {
  for_each = var.network.client_cidrs

  security_group_id = aws_security_group.this.id
  cidr_ipv4         = strcontains(each.value, ":") ? null : each.value
  cidr_ipv6         = strcontains(each.value, ":") ? each.value : null
  description       = "Client network"
  ip_protocol       = "tcp"
  from_port         = local.port
  to_port           = local.port
  tags              = var.tags
}
