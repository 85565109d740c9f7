"""Time: pulses of task pages become intervals of work."""
