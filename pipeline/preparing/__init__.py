"""Raw rows → canonical tables: who is meant, what a mark or label means, where every row went.

``prepare`` calls the readers, each with its own files and what it has to know, and joins their
readings (``reading``, with the rows' ``accounts``): ``intake`` (declared files) → ``people`` with ``staff``
and ``transfers`` (who there is: ``identity``) → ``menu_table`` → ``register``, ``completion_table``, ``teams`` and
``progress`` (``logs``) → ``survey`` → the rest → ``contradictions``. A reader bears the name of its source,
as in ``ingest``. Names come in here and leave only for the private list (``everybody``) and for the
search of what is published (``secrets``).
"""
