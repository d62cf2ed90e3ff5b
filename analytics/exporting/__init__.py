"""Lists and tables as files: asked for, written by a worker row by row, fetched, and removed after some days."""
