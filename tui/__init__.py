"""What a person types at and looks at: the `kaibiao` command and the room."""
