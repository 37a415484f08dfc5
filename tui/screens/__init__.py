"""The screens of the room: lobby, room, and the modals that ask one thing."""
