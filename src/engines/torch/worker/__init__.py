"""The process that a model of the torch engine lives in: one question a line in, messages a line out."""
