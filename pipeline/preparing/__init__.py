"""Raw rows → canonical tables: who is meant, what a mark or label means, where every row went.

``prepare`` (the order) → ``intake`` (declared files) → ``people``, ``staff`` and ``transfers`` (who
there is), ``courses`` (the menu), ``attendance`` (registers), ``completions`` (受講管理表),
``questionnaires``, ``records`` → ``contradictions``; ``identity`` and ``accounts`` serve them all.
Names come in here and leave only for the private list (``everybody``) and for the search of what is
published (``secrets``).
"""
