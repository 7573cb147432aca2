"""Round numbers for axes: steps, and the ticks at them."""

import math
from collections.abc import Callable

Tick = tuple[float, str]


def round_up(value: float, factors: tuple[float, ...] = (1.0, 2.0, 5.0, 10.0)) -> float:
    """The smallest round number, a factor times a power of ten, that is no less than a positive value."""
    power = 10.0 ** math.floor(math.log10(value))
    return next(power * factor for factor in factors if power * factor >= value * (1 - 1e-9))


def nice_step(span: float, most: int) -> float:
    """A round step that divides a span into at most `most` parts."""
    if not (math.isfinite(span) and span > 0.0):
        return 1.0
    return round_up(span / max(1, most), (1.0, 2.0, 2.5, 5.0, 10.0))


def thinned(count: int, gap: float, needed: float) -> int:
    """Every how many-th label fits when neighbours are `gap` px apart and need `needed` px: 1, 2, 5, 10, 20, ..."""
    return round(round_up(min(max(needed / gap, 1.0), 10.0 * max(1, count))))


def ticks_at(step: float, low: float, high: float, text: Callable[[float], str]) -> list[Tick]:
    """Ticks at the multiples of a step from `low` to `high`."""
    first, last = math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9)
    return [(number * step, text(number * step)) for number in range(first, last + 1)]


def decimals(step: float) -> int:
    """How many decimals tell the multiples of a step apart: 0 for 2, 1 for 2.5, 3 for 0.005."""
    return next((digits for digits in range(12) if abs(round(step, digits) - step) <= 1e-6 * step), 12)


def written(step: float, unit: str = "", factor: float = 1.0) -> Callable[[float], str]:
    """How the multiples of a step are written, each times a factor: all with the decimals that tell them apart."""
    digits = decimals(step * factor)
    # Adding 0 makes of a minus zero a zero.
    return lambda value: f"{round(value * factor, digits) + 0.0:.{digits}f}{unit}"
