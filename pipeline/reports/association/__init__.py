"""理解度の差と欠席の関連（内部版）: the question of the year, its test, and what the answer hangs on."""
