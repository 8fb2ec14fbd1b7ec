variable "names" {
  description = "Names of secrets, by any key."
  type        = map(string)
}
