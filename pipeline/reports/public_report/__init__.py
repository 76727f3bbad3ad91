"""年次評価報告書（公表版）: for all staff and citizens, a short document made of rounded numbers alone.

``rounded`` is the only module that sees exact numbers; the chapters are made of what it gives, which holds none.
"""
