"""Where 反映事項 come from: a document of the town, which a report quotes and doesn't decide."""

import pandas as pd


def heading(reflected: pd.DataFrame) -> str:
    """What a column of 反映事項 is headed. ``reflected``: rows of the codebook's ``reflections``."""
    documents = "・".join(reflected["document"].unique())
    return f"{documents}の反映事項" if documents else "反映事項"


def origin(reflected: pd.DataFrame) -> list[str]:
    """The note under 反映事項: by document, its date, what they were made of and where in it they stand."""
    told = []
    for (document, dated, made_of), own in reflected.groupby(["document", "dated", "made_of"], sort=False):
        called = [name for name in own["itself"].unique() if name]
        itself = f"文中の「{'」「'.join(called)}」はこの文書を指す。" if called else ""
        told.append(
            f"反映事項は、町が{made_of}を受けて{document}（{dated}）の{'・'.join(own['page'].unique())}に定めたものの引用である。"
            f"{itself}この報告書の回答から新たに定めたものではない。"
        )
    return told
