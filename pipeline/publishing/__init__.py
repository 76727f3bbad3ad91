"""Notebook → executed notebook → blocks → document, and what the analyst sees on the console.

Knows nothing of training or statistics. What ``commands`` imports from here at every call must load
fast: pandas, papermill, nbconvert and Typst are imported where they are used.
"""
