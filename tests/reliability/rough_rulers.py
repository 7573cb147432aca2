"""Experiments with rough rulers: light sections, tight hinges, hands that shake hard.

python tests/reliability/rough_rulers.py paper [KEY=VALUE ...]      144 runs of the paper's ruler
python tests/reliability/rough_rulers.py random COUNT [FIRST]       random rulers, hands, tables
python tests/reliability/rough_rulers.py truth COUNT [FIRST]        some of them at eight times the rate
python tests/reliability/rough_rulers.py rates                      the account over the step rate
python tests/reliability/rough_rulers.py opinions [COUNT]           means over seeds beside the second opinion's
python tests/reliability/rough_rulers.py extremes                   stiff friction, springs, a 10 m shake

docs/model.md has what they gave; `test_rough_rulers.py` runs a few. With RULER_KERNEL=compiled they take half the time.
"""

import itertools
import sys
import warnings
from concurrent.futures import ProcessPoolExecutor
from typing import Any, NamedTuple

import numpy as np
from scipy.stats import spearmanr

from ruler.analysis import summarise
from ruler.errors import BadInputError
from ruler.mechanics import SimulationError
from ruler.recording import Recorder
from ruler.scenario import Scenario, load_scenario, scenario_from_data
from ruler.theory import play_reference

GRAVITY = 9.81
Data = dict[str, Any]


def say(text: str) -> None:
    """Write a line at once."""
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


class Outcome(NamedTuple):
    """What a run gave.

    Attributes:
        trouble: why it stopped, or nothing.
        account: part of the work that the energy account leaves open.
        gap: widest joint, parts of a section.
        centre: centre of load, 0 to 1.
        rate, iterations: of its steps.
    """

    trouble: str
    account: float
    gap: float
    centre: float
    rate: int
    iterations: int


def run(scenario: Scenario) -> Outcome:
    """Play a scenario, however it ends."""
    recorder = Recorder(scenario)
    trouble = ""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            recorder.run()
        except SimulationError as error:
            trouble = str(error)
        said = summarise(recorder.recording())
    account, centre = (np.nan if said[key] is None else float(said[key]) for key in ("energy_error", "center_of_load"))
    gap = float(said["worst_joint_gap_m"]) / scenario.ruler.section_length
    return Outcome(trouble, account, gap, centre, scenario.steps_per_second, scenario.iterations)


def paper_ruler(ratio: float, viscous: float, speed: float, amplitude: float, frequency: float, seed: int) -> Data:
    """The ruler of the paper's photograph, pulled by a hand that shakes.

    Args:
        ratio: torque of the hinges, parts of what the table takes from a section, mu m g L.
        viscous: friction that grows with speed, parts of the torque.
        speed: of the pull, m/s.
        amplitude: of the shaking, m (rms).
        frequency: Hz.
        seed: of the shaking.
    """
    mass, length, friction = 0.0015, 0.15, 0.3
    torque = ratio * friction * mass * GRAVITY * length
    opening = [5.0, 9.0, 4.0, 6.0, 8.0, 5.0, 3.0, 4.0, 2.0, 6.0, 5.0, 7.0]
    shake = {"kind": "noise", "amplitude": amplitude, "frequency": frequency}
    return {
        "seed": seed,
        "ruler": {
            "hinges": 12,
            "section_length": length,
            "section_mass": mass,
            "end_sections": 0.48,
            "opening": opening,
        },
        "hinge": {"torque": torque, "viscous": viscous * torque},
        "table": {"friction": friction},
        "phase": [
            {"pull": {"speed": speed}, "shake": [shake], "until": {"extension": 0.155}},
            {"name": "rest", "until": {"time": 0.3}},
        ],
    }


def rough_pulls() -> list[Data]:
    """The 144: two tightnesses, three viscous frictions, two speeds, three amplitudes, two frequencies, two seeds."""
    choices = ([5, 14], [0, 0.05, 0.3], [0.03, 0.08], [0.015, 0.025, 0.04], [3.0, 5.0], [1, 2])
    return [paper_ruler(*choice) for choice in itertools.product(*choices)]


def random_ruler(seed: int) -> Data:
    """A random ruler in a random hand: what a person could own, and somewhat beyond."""
    draw = np.random.default_rng(seed)

    def between(low: float, high: float) -> float:
        return float(np.exp(draw.uniform(np.log(low), np.log(high))))

    def one_of(*values: float) -> float:
        return float(draw.choice(values))

    hinges, length, mass = int(between(3, 61)), between(0.02, 0.5), between(2e-4, 0.2)
    friction = one_of(0.05, 0.3, 1.0)
    torque = one_of(0, 1, 1, 1) * between(0.1, 50) * friction * mass * GRAVITY * length
    ends = draw.uniform(0.2, 1.0)
    full = (hinges - 1 + 2 * ends) * length
    weight = mass * GRAVITY * full / length
    hand: Data = {}
    if (kind := draw.integers(4)) == 1:
        hand = {"strength": max(1.0, between(1, 20) * weight)}
    elif kind == 2:
        hand = {"stiffness": between(3, 100) * weight / length, "damping": between(0.01, 1) * weight}
    shakes = [
        {
            "where": where,
            "kind": str(draw.choice(["noise", "noise", "sine"])),
            "amplitude": between(0.01, 0.2) * length,
            "frequency": between(2, 8),
            "fade_in": 0.2,
        }
        for where in ("tip", "table")
        if draw.random() < 0.5
    ]
    limits = [draw.uniform(0, 8), draw.uniform(120, 180)] if draw.random() < 0.3 else [0.0, 180.0]
    tilt = np.degrees(np.arctan(friction)) * draw.uniform(-0.9, 0.9) if draw.random() < 0.4 else 0.0
    return {
        "seed": seed,
        "ruler": {
            "hinges": hinges,
            "section_length": length,
            "section_mass": mass,
            "end_sections": ends,
            "limits": limits,
        },
        "hinge": {"torque": torque, "viscous": one_of(0, 0, 0.05, 0.3, 2) * torque, "spread": one_of(0, 0, 0.3, 1)},
        "table": {"friction": friction, "tilt": tilt},
        "hand": hand,
        "phase": [
            {
                "pull": {"speed": between(0.05, 0.5) * full},
                "shake": shakes,
                "until": {"time": draw.uniform(0.7, 1.7), "extension": 0.9},
            },
            {"name": "rest", "until": {"time": 0.3}},
        ],
    }


def play_all(data: list[Data]) -> list[Outcome]:
    """Play them on all processors."""
    scenarios = [scenario_from_data(one, "an experiment") for one in data]
    with ProcessPoolExecutor() as pool:
        return list(pool.map(run, scenarios))


def judged(outcomes: list[Outcome]) -> str:
    """How many stopped, and how far accounts and joints of the others are open."""
    whole = [one for one in outcomes if not one.trouble]
    account, gap = (np.array([getattr(one, key) for one in whole]) for key in ("account", "gap"))
    lost = int(np.isnan(account).sum())
    fair = int(((account > 0.005) | (gap > 0.001)).sum())
    poor = int(((account > 0.02) | (gap > 0.005)).sum())
    return (
        f"{len(outcomes)} runs: {len(outcomes) - len(whole)} stopped, {lost} without an account; "
        f"account {np.nanmedian(account):.2%} in the median, worst {np.nanmax(account):.2%}, "
        f"{int((account > 0.005).sum())} over 0.5 %, {int((account > 0.02).sum())} over 2 %; "
        f"gap {np.median(gap):.3%} of a section, worst {gap.max():.3%}; {fair} not good, {poor} of these poor"
    )


def _with(data: Data, overrides: list[str]) -> Data:
    """The same with keys such as `hand.strength=20` set."""
    result = dict(data)
    for override in overrides:
        key, value = override.split("=")
        table, name = key.split(".")
        result[table] = {**result.get(table, {}), name: float(value) if "." in value else int(value)}
    return result


def paper(*overrides: str) -> None:
    """The 144 rough runs, with keys set."""
    data = [_with(one, list(overrides)) for one in rough_pulls()]
    outcomes = play_all(data)
    say(judged(outcomes))
    for one in sorted(outcomes, key=lambda one: -one.account)[:5]:
        say(f"  account {one.account:.2%}, gap {one.gap:.3%}, {one.rate} x {one.iterations}")
    for one in outcomes:
        if one.trouble:
            say(f"  {one.trouble}")


def random(count: str, first: str = "0") -> None:
    """Random rulers from a seed on."""
    seeds = range(int(first), int(first) + int(count))
    outcomes = play_all([random_ruler(seed) for seed in seeds])
    say(judged(outcomes))
    for seed, one in zip(seeds, outcomes, strict=True):
        if one.trouble or not one.account <= 0.02 or one.gap > 0.005:
            say(f"  {seed}: {one}")


def truth(count: str, first: str = "0") -> None:
    """Account and gap against the error in the centre, taken from eight times the rate."""
    data = [random_ruler(seed) for seed in range(int(first), int(first) + int(count))]
    plain = play_all(data)
    finer = [
        {**one, "simulation": {"rate": min(8 * made.rate, 100_000), "iterations": made.iterations}}
        for one, made in zip(data, plain, strict=True)
    ]
    pairs = [
        (seed, one, two)
        for seed, (one, two) in enumerate(zip(plain, play_all(finer), strict=True), int(first))
        if not (one.trouble or two.trouble or np.isnan(one.account))
    ]
    account, gap = (np.array([getattr(one, key) for _, one, _ in pairs]) for key in ("account", "gap"))
    error = np.array([abs(one.centre - two.centre) for _, one, two in pairs])
    good = (account <= 0.005) & (gap <= 0.001)
    say(
        f"{len(pairs)} pairs: rank correlation of the account {spearmanr(account, error).statistic:.2f}, "
        f"of the gap {spearmanr(gap, error).statistic:.2f}; "
        f"good: {int(good.sum())}, off by {error[good].max():.4f} at most; all: {error.max():.4f}"
    )
    for i in np.argsort(-error)[:8]:
        say(f"  off by {error[i]:.4f}: {pairs[i]}")


SHAKEN = ("jerky", "violent", "deep-jerky", "dry-shaken", "table-shake")


def seeds_of(names: tuple[str, ...], count: int) -> dict[str, list[Scenario]]:
    """Shipped scenarios and the paper's ruler, each with seeds from 1 on."""
    seeds = range(1, count + 1)
    makers = {name: [load_scenario(name, seed=seed) for seed in seeds] for name in names}
    for viscous in (0.0, 0.3):
        data = [paper_ruler(14, viscous, 0.03, 0.025, 5.0, seed) for seed in seeds]
        makers[f"paper's ruler, {viscous:g}"] = [
            scenario_from_data(_with(one, ["hand.strength=20"]), "an experiment") for one in data
        ]
    return makers


def second_opinion(scenario: Scenario) -> float:
    """Centre of load by the independent dynamics; not a number where it gives up."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return float(play_reference(scenario).meta["summary"]["center_of_load"])
    except SimulationError:
        return np.nan


def opinions(count: str = "20") -> None:
    """Mean difference of the centre from the independent dynamics on the same hand paths, with its standard error."""
    for name, scenarios in seeds_of(SHAKEN[:3], int(count)).items():
        with ProcessPoolExecutor() as pool:
            ours = np.array([one.centre for one in pool.map(run, scenarios)])
            theirs = np.array(list(pool.map(second_opinion, scenarios)))
        apart = (ours - theirs)[~np.isnan(theirs)]
        error = apart.std(ddof=1) / np.sqrt(apart.size)
        means = f"{np.nanmean(ours):.4f} beside {np.nanmean(theirs):.4f}"
        say(f"{name}: {means}, {apart.mean():+.4f} +- {error:.4f}, {apart.size} seeds")


def rates() -> None:
    """The account in percent, median of eight seeds, at 500 to 8000 steps a second."""
    steps = (500, 1000, 2000, 4000, 8000)
    for name, scenarios in seeds_of(SHAKEN, 8).items():
        cells = []
        for rate in steps:
            keys = {"rate": rate}
            made = [one.model_copy(update={"simulation": one.simulation.model_copy(update=keys)}) for one in scenarios]
            with ProcessPoolExecutor() as pool:
                cells.append(f"{100 * np.nanmedian([one.account for one in pool.map(run, made)]):.3f}")
        say(f"| {name} | {' | '.join(cells)} |")


def extremes() -> None:
    """What once passed as complete."""
    table = "{where='table',kind='noise',amplitude=10.0,frequency=6.0}"
    cases = [[f"hinge.viscous={value}"] for value in (100, 1000, 10000)]
    cases += [[f"hinge.stiffness={value}"] for value in (500, 1000, 2000, 5000, 10000)]
    cases += [[f"phase.0.shake=[{table}]"], ["ruler.section_mass=0.0002"]]
    cases += [["ruler.section_mass=0.0002", "hinge.torque=0.1"], ["ruler.section_mass=0.0002", "hinge.viscous=1"]]
    for case in cases:
        try:
            scenario = load_scenario("steady", [*case, "phase.0.until={time=1.0,extension=0.55}"])
        except BadInputError as error:
            say(f"{' '.join(case)}: refused: {error}")
            continue
        say(f"{' '.join(case)}: {run(scenario)}, {scenario.stepping.shortfall:.3g} times too coarse")


if __name__ == "__main__":
    what, *arguments = sys.argv[1:]
    {"paper": paper, "random": random, "truth": truth, "rates": rates, "opinions": opinions, "extremes": extremes}[
        what
    ](*arguments)
