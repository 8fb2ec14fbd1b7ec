variable "password" {
  description = "Password of the database."
  type        = string
  default     = "p@ss"
}
