"""Money: what became of every attempt, and the double-entry lines and sums that follow from its events."""
