"""The values that belong to no component, by topic; a topic is a section of values.yaml."""
