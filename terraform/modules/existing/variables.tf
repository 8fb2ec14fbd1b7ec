variable "arns" {
  description = "ARNs of the environment's secrets: `all`, and those with the tag `airflow-retiring`."
  type = object({
    all      = set(string)
    retiring = set(string)
  })
  nullable = false
}

variable "environment" {
  description = "Name of the environment, such as nonprod or prod."
  type        = string
  nullable    = false
}

variable "has_database" {
  description = "Whether each team has a database of AWS, whose password is a secret."
  type        = bool
  nullable    = false
}

variable "returning" {
  description = "Teams that were removed and come back: their secrets keep their values."
  type        = set(string)
  default     = []
  nullable    = false
}

variable "stores_database_url" {
  description = "Whether the URL of the database is a secret: not with a database that is a pod, nor with log-in by tokens."
  type        = bool
  nullable    = false
}

variable "teams" {
  description = "Facts of individual teams, of which `connections`, `variables` and `revisions.fernet_key` name secrets."
  type        = any
  default     = {}
  nullable    = false
}
