"""The decision round: evidence → ``rules`` → ``proposals`` → ``decisions`` → ``adoption`` → ``aftermath``.

``fields`` are what a decision can change in the menu; ``mergers`` and ``new_courses`` what it can end and add.
"""
