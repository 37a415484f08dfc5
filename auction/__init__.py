"""What the rules say and what the desk may do: pure, exact, without clock, chance or screen."""
