variable "password" {
  description = "The password."
  type        = string
  default     = "p@ss"
}
