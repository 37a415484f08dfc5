"""The commands of `kaibiao`, each in its own file."""
