"""What the layout of a year's data could find, whatever it did find."""

from dataclasses import dataclass
from math import ceil, inf, nan

from scipy import stats

from pipeline.inference.panel import Cells, Panel
from pipeline.inference.plan import Plan
from pipeline.inference.within import freedom, standard_error


@dataclass(frozen=True)
class Detectable:
    """What these data could find with the given power.

    ``difference`` in rating points; ``persons`` and ``missed_cells``: how many such persons, or
    missed cells, would find a difference as large as the margin. Infinite where nothing can be.
    """

    difference: float
    persons: float
    missed_cells: float


def minimum_detectable(data: Cells, plan: Plan | object, power: float = 0.8) -> Detectable:
    """The true difference that a test of this layout finds with probability ``power``.

    (t_{1−α/2} + t_{power}) × ``within.standard_error``, in place of a simulation and checked by
    one in the tests. It uses the observed noise, not the observed difference.
    """
    plan = Plan.parse(plan)
    panel = Panel.of(data.table)
    found = difference_found(panel, plan, power)
    if found == inf:
        return Detectable(inf, inf, inf)
    times = (found / plan.margin) ** 2
    return Detectable(found, ceil(times * len(panel.persons)), ceil(times * panel.missed.sum()))


def difference_found(panel: Panel, plan: Plan, power: float = 0.8) -> float:
    """As ``minimum_detectable``, in rating points only; infinite where nothing can be found."""
    error = standard_error(panel) if panel.n_missed[panel.informative].sum() > 1 else nan
    if not error > 0:
        return inf
    df = freedom(panel)
    return float((stats.t.ppf(1 - plan.alpha / 2, df) + stats.t.ppf(power, df)) * error)
