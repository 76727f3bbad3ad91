"""What the analyst types: the tasks of ``dodo.py`` and their actions, 事前点検, a new year, doit in Japanese.

Imported by ``dodo.py`` at every call, so pandas and the rest are imported where they are used.
"""
