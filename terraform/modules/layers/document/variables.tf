variable "advice" {
  description = "The end of the sentence about an unknown key: what to do about it."
  type        = string
  nullable    = false
}

variable "rules" {
  description = "Rules by path, a table of rules.json; `make generate` writes it."
  nullable    = false
  type = map(object({
    types     = list(string)
    must      = string
    enum      = optional(list(string))
    keys      = optional(string)
    keys_must = optional(string)
    maximum   = optional(number)
    minimum   = optional(number)
    pattern   = optional(string)
    required  = optional(list(string), [])
  }))
}

variable "text" {
  description = "The YAML text."
  type        = string
  nullable    = false
}
