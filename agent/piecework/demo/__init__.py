"""`piecework demo`: the whole path on the practice site, in a real browser, with a line for each step.

`rehearsal` plays it step by step, `walk` are the steps, `tell` prints them, `browser` prepares the extension.
"""
