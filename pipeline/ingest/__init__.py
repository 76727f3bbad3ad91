"""Raw files as they are: bytes → grids of cells → rows under known headings.

``files`` (bytes → grids) → ``headings`` (grid → rows) → a module for each source whose cells need more
reading (``register``, ``survey`` …); ``dates`` serves them all. None of them knows a person or judges an
answer: that is for the module of the same name in ``preparing``.
"""
