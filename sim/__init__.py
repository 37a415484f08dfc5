"""The people, the market and the day that rehearse what `auction` decides."""
