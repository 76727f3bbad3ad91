"""Raw files as they are: bytes → grids of cells → rows under known headings.

``files`` (bytes → grids) → ``sheets`` (which of them is meant) → ``headings`` (grid → rows) →
``register``, ``completion``, ``menu_table`` and ``survey`` (with ``quiz``), whose cells need more
reading; ``dates`` serves them all. None of them knows a person or judges an answer; that is for
``identity`` and ``prepare``.
"""
