"""The regulations as dated values, one YAML file for each issuer."""
