"""Notebook → executed notebook → HTML → PDF, and what the analyst sees on the console.

Knows nothing of training or statistics. What ``commands`` imports from here at every call must load
fast: pandas, papermill, nbconvert and WeasyPrint are imported where they are used.
"""
