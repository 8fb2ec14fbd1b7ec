# VPC with subnets for nodes, endpoints of AWS, databases and load balancers. The values of an environment name the
# same ranges in networkPolicies, because network policies open addresses and not names.

locals {
  _bits = tonumber(split("/", var.network.cidr)[1])

  # Nodes have the first sixteen /24 of the range; their pods have addresses from the same subnets.
  nodes_cidr     = cidrsubnet(var.network.cidr, 20 - local._bits, 0)
  database_cidrs = [for number in [16, 17] : cidrsubnet(var.network.cidr, 24 - local._bits, number)]
  endpoints_cidr = cidrsubnet(var.network.cidr, 24 - local._bits, 18)

  zones = { for number, zone in var.network.zones : zone => number }
  subnets = merge(
    { for zone, number in local.zones : "nodes-${zone}" => { cidr = cidrsubnet(local.nodes_cidr, 2, number), kind = "nodes", zone = zone } },
    { for zone, number in local.zones : "endpoints-${zone}" => { cidr = cidrsubnet(local.endpoints_cidr, 2, number), kind = "endpoints", zone = zone } },
    { for zone, number in local.zones : "public-${zone}" => { cidr = cidrsubnet(var.network.cidr, 24 - local._bits, 20 + number), kind = "public", zone = zone } },
    { for zone, number in local.zones : "databases-${zone}" => { cidr = local.database_cidrs[number], kind = "databases", zone = zone } if var.database_subnets && number < 2 },
  )
  subnet_ids = {
    for kind in ["databases", "endpoints", "nodes", "public"] :
    kind => [for name, subnet in local.subnets : aws_subnet.this[name].id if subnet.kind == kind]
  }

  # Tags by which the load balancer controller finds subnets.
  _subnet_tags = {
    nodes  = { "kubernetes.io/role/internal-elb" = "1" }
    public = { "kubernetes.io/role/elb" = "1" }
  }

  nat_zones = var.network.nat_per_zone ? var.network.zones : slice(var.network.zones, 0, 1)
}

resource "aws_vpc" "this" {
  #checkov:skip=CKV2_AWS_11:Flow logs are usually enabled for all networks of an account, and cost per GB.
  cidr_block           = var.network.cidr
  enable_dns_hostnames = true
  enable_dns_support   = true
  tags                 = { Name = local.name }
}

# Without rules: whatever is created without a security group reaches nothing.
resource "aws_default_security_group" "this" {
  vpc_id = aws_vpc.this.id
}

resource "aws_subnet" "this" {
  for_each = local.subnets

  availability_zone = each.value.zone
  cidr_block        = each.value.cidr
  tags              = merge({ Name = "${local.name}-${each.key}" }, lookup(local._subnet_tags, each.value.kind, {}))
  vpc_id            = aws_vpc.this.id
}

resource "aws_internet_gateway" "this" {
  tags   = { Name = local.name }
  vpc_id = aws_vpc.this.id
}

resource "aws_route_table" "public" {
  tags   = { Name = "${local.name}-public" }
  vpc_id = aws_vpc.this.id
}

resource "aws_route" "internet" {
  destination_cidr_block = "0.0.0.0/0"
  gateway_id             = aws_internet_gateway.this.id
  route_table_id         = aws_route_table.public.id
}

resource "aws_route_table_association" "public" {
  for_each = local.zones

  route_table_id = aws_route_table.public.id
  subnet_id      = aws_subnet.this["public-${each.key}"].id
}

resource "aws_eip" "nat" {
  #checkov:skip=CKV2_AWS_19:The address belongs to a NAT gateway.
  for_each = toset(local.nat_zones)

  domain = "vpc"
  tags   = { Name = "${local.name}-nat-${each.key}" }
}

resource "aws_nat_gateway" "this" {
  for_each = toset(local.nat_zones)

  allocation_id = aws_eip.nat[each.key].id
  subnet_id     = aws_subnet.this["public-${each.key}"].id
  tags          = { Name = "${local.name}-${each.key}" }

  depends_on = [aws_internet_gateway.this]
}

# Nodes alone have a way out: endpoints and databases stay in the main route table, which has none.
resource "aws_route_table" "nodes" {
  for_each = local.zones

  tags   = { Name = "${local.name}-nodes-${each.key}" }
  vpc_id = aws_vpc.this.id
}

resource "aws_route" "nat" {
  for_each = local.zones

  destination_cidr_block = "0.0.0.0/0"
  nat_gateway_id         = aws_nat_gateway.this[var.network.nat_per_zone ? each.key : local.nat_zones[0]].id
  route_table_id         = aws_route_table.nodes[each.key].id
}

resource "aws_route_table_association" "nodes" {
  for_each = local.zones

  route_table_id = aws_route_table.nodes[each.key].id
  subnet_id      = aws_subnet.this["nodes-${each.key}"].id
}
