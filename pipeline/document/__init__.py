"""A report as data: its blocks, their assembly into ``document.json``, and the layouts of it.

Knows templates and fonts, and nothing of training, years or files of a town.
"""
