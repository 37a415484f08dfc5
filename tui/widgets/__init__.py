"""The parts of the room that draw. Each is shown plain data as `auction.seat.view` gives it, and knows nothing else."""
