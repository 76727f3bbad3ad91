"""A year's tables, to be asked: what ``open_year`` opens and ``explore`` shows in JupyterLab."""
