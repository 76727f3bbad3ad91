"""The documents of a year, chapter by chapter: ``chapter(…)`` returns the blocks of one.

A chapter chooses what is said, and in which order; how a number is written stands in ``showing``, and who may see
it in ``edition``. Nothing is computed here.
"""
