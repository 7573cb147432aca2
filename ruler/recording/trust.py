"""How far the numbers of a run are to be trusted, and why not further."""

import math
from typing import Any, Literal, NamedTuple

from ruler.mechanics.account import FORCED_GAP
from ruler.recording.recording import MEASURED, Recording, stored_energy, unaccounted_energy

Level = Literal["good", "fair", "poor"]
LEVELS: tuple[Level, ...] = ("good", "fair", "poor")

# With less energy than this (J) there is only rounding to account for.
LEAST_ENERGY = 1e-9
# An account open by more than these parts of the energy that was in play is fair, poor.
FAIR_ENERGY, POOR_ENERGY = 0.005, 0.02
# So is a joint that came apart by more than these parts of a section; then it was forced.
FAIR_GAP, POOR_GAP = 0.001, FORCED_GAP


class Trust(NamedTuple):
    """How far the numbers of a run are to be trusted.

    Attributes:
        level: "good"; "fair": look at the reason before small differences are believed; "poor": do not rely on them.
        reason: in words, None when good.
    """

    level: Level
    reason: str | None

    def __str__(self) -> str:
        """The level, and the reason if there is one."""
        return self.level if self.reason is None else f"{self.level}: {self.reason}"


def judge(
    energy_error: float | None,
    gap_share: float | None = None,
    forced_s: float = 0.0,
    *,
    gap_time: float | None = None,
    status: str = "complete",
) -> Trust:
    """The trust that a run deserves: the worst of what is found.

    Args:
        energy_error: which part of the energy the account misses; None: there is nothing to account for.
        gap_share: how far a joint came apart at most, in sections; None: joints cannot.
        forced_s: for how long a joint was open by more than `POOR_GAP`, s.
        gap_time: when it was open furthest, s.
        status: "complete", or why the run ended early.
    """
    found: list[tuple[Level, str]] = []
    if status != "complete":
        found.append(("poor", f"the run did not come to its end: {status}"))
    account = _level(energy_error, FAIR_ENERGY, POOR_ENERGY)
    if energy_error is not None and account != "good":
        found.append((account, f"the energy account is open by {100.0 * energy_error:.3g} %"))
    apart = "poor" if forced_s > 0.0 else _level(gap_share, FAIR_GAP, POOR_GAP)
    if apart != "good":
        forced = f", and was forced for {forced_s:.3g} s in all" if forced_s > 0.0 else ""
        when = "" if gap_time is None else f" at {gap_time:.3f} s"
        found.append((apart, f"a joint came apart by {100.0 * (gap_share or 0.0):.2g} % of a section{when}{forced}"))
    if not found:
        return Trust("good", None)
    worst = max((level for level, _ in found), key=LEVELS.index)
    return Trust(worst, "; ".join(reason for level, reason in found if level == worst))


def _level(amount: float | None, fair: float, poor: float) -> Level:
    """What an amount deserves; one that is no number is poor."""
    if amount is None or amount <= fair:
        return "good"
    return "fair" if amount <= poor else "poor"


def energy_error(recording: Recording) -> float | None:
    """Which part of the energy the account misses at the end, as `unaccounted_energy`; None when there is none.

    Nor have a spring-block chain and a real ruler an account: what pulls and what rubs is not known.
    """
    if recording.meta.get("kind") in ("spring-block", MEASURED):
        return None
    return unaccounted_energy(recording.table[-1], LEAST_ENERGY, stored_energy(recording.table))


def trust_of(recording: Recording) -> Trust:
    """How far the numbers of a recording are to be trusted, from its table and what its metadata say of the run."""
    meta = recording.meta
    gap, section = _number(meta.get("worst_joint_gap_m")), _section_length(meta.get("source"))
    return judge(
        energy_error(recording),
        None if gap is None or section is None else gap / section,
        _number(meta.get("forced_s")) or 0.0,
        gap_time=_number(meta.get("worst_joint_gap_time_s")),
        status=str(meta.get("status")),
    )


def _section_length(source: Any) -> float | None:
    ruler = source.get("ruler") if isinstance(source, dict) else None
    length = _number(ruler.get("section_length")) if isinstance(ruler, dict) else None
    return length or None


def _number(value: Any) -> float | None:
    """A number that metadata, which come from files, may hold."""
    return float(value) if isinstance(value, int | float) and math.isfinite(value) else None
