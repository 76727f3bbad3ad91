"""How far comprehension gaps are linked to missed sessions: pure functions of tables.

``panel`` (cells) → ``within`` and ``permutation`` (the estimate and its shuffles) → ``association``
(the primary analysis and its verdict). The others ask the same question otherwise. Nothing here
knows a file, a year or a sentence.
"""
