"""Every figure the project quotes, measured: `python -m bench NAME --json`, `--list` names them.

Timings live here, as medians and ratios; tests never time. Ratios are taken in one run on one machine.
"""
