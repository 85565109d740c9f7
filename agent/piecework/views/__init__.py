"""What people see: the dashboard, its live stream, the lists of the command line, and the exports."""
