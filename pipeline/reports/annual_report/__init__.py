"""年次評価報告書（内部版）: for the CIO, CIO補佐, the DX and personnel departments."""
