"""One module per kind of file. Each has an `ID`, `fits(source)` and `rows(source, options)`, and knows nothing else."""
