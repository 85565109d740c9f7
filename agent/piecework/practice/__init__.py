"""A pretend task site: what the `demo` command plays on, and the engine the test sites share.

`world` holds the tasks and what became of them, `stage` how a page shows them, `control` turns a driver's
command into both, `site` serves the pages, `script` is what the demo has it play. Nothing here talks to a real
site, and no person appears in it.
"""
