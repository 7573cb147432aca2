"""Experiments in the window: begun, followed while they are done, shown. Entered in the binding table."""

from collections.abc import Callable
from dataclasses import replace
from functools import cache, partial
from pathlib import Path

from ruler.errors import BadInputError
from ruler.lab.bindings import action
from ruler.lab.i18n import _
from ruler.lab.lesson import Lesson
from ruler.lab.lesson_card import PredictCard, SeeCard
from ruler.lab.window import Window
from ruler.scenario import Scenario
from ruler.scenario.experiment import Experiment, load_experiment, shipped_experiments


@cache
def offered() -> dict[str, Experiment]:
    """The shipped experiments, by name."""
    return {name: load_experiment(path)[0] for name, path in shipped_experiments().items()}


def begin_lesson(window: Window, source: str | Path) -> None:
    """Lay an experiment's ruler out and ask for the prediction.

    Raises:
        BadInputError: the experiment's file is bad.
    """
    experiment, scenario = load_experiment(source)
    lesson = Lesson(experiment, str(source), scenario.ruler.hinges)
    window.start_session(scenario, Path(source).stem)
    # The curves of networks are drawn from input to output; the paper's naming is what the questions go by.
    window.options = replace(window.options, deep=True, length=None, end=None)
    window.lesson = lesson
    _ask(window, lesson, scenario)


def _ask(window: Window, lesson: Lesson, scenario: Scenario) -> None:
    card = PredictCard(lesson, lambda: _begin_pull(window, lesson))
    card.on_close = partial(_stop, window, lesson)
    window.overlay = card
    window.say(_(scenario.title))


def _begin_pull(window: Window, lesson: Lesson) -> None:
    """The prediction is made; the hand has the ruler, as the experiment wants it to be."""
    if isinstance(window.overlay, PredictCard):
        window.overlay.closed = True
    hand, session = lesson.experiment.hand, window.session
    session.reset()
    window.follow_session()
    session.lab_values |= {
        "lab.speed": hand.speed,
        "lab.amplitude": hand.amplitude,
        "lab.frequency": hand.frequency,
    }
    lesson.begin()
    window.clock.paused = False
    window.clock.speed = 1.0
    if hand.shake != "none":
        session.shake(hand.shake, on=True)


def follow_lesson(window: Window) -> None:
    """Look whether the result can be taken; called at every frame."""
    lesson = window.lesson
    if lesson is None or lesson.stage != "do":
        return
    if window.player is not window.live or lesson.hinges != window.session.base.ruler.hinges:
        window.lesson = None
    elif lesson.follow(window.session.scene()):
        _show(window, lesson)


def _show(window: Window, lesson: Lesson) -> None:
    """Prediction, own result and network in one graph."""
    window.live.let_go()
    for where in ("tip", "table"):
        window.session.shake(where, on=False)
    names = list(offered())
    place = names.index(lesson.name) + 1 if lesson.name in names else len(names)
    go_on: Callable[[], None] | None = None
    if place < len(names):
        go_on = partial(window.do, _action_of(names[place]))

    def again() -> None:
        card.closed = True
        _begin_pull(window, lesson)

    card = SeeCard(lesson, again, go_on)
    card.on_close = partial(_stop, window, lesson)
    window.overlay = card


def _stop(window: Window, lesson: Lesson) -> None:
    """The experiment is over, unless another one has begun."""
    if window.lesson is lesson:
        window.lesson = None


def _action_of(name: str) -> str:
    return f"lesson_{name.replace('-', '_')}"


def press(window: Window, at: tuple[int, int]) -> bool:
    """A click: True when it was on the offer at the start, or on the task over the table."""
    over = window.over_table
    name = over.at(at)
    if name is not None:
        window.do(name if name.startswith("lesson_") else _action_of(name))
    return name is not None or over.ground.collidepoint(at)


def _begin(window: Window, name: str) -> None:
    # From one experiment to the next nothing is lost that has not been shown.
    window.if_saved(lambda: begin_lesson(window, name), _("Another experiment"), leaving=window.lesson is None)


for _number, (_name, _experiment) in enumerate(offered().items(), start=1):
    action(
        f"ctrl+{_number}",
        _experiment.question,
        "Experiments",
        _action_of(_name),
        label=_experiment.title,
        name_of=_name,
    )(lambda window, name_of: _begin(window, name_of))


def _under_way(window: Window) -> Lesson:
    if window.lesson is None or window.lesson.stage != "do":
        raise BadInputError(_("No experiment is being done; the menu Experiments has them."))
    return window.lesson


@action(
    "", "experiment: the standard hand pulls and shakes as the task asks", "Experiments", label="Show me", rule=True
)
def _lesson_show(window: Window) -> None:
    lesson = _under_way(window)
    session, hand = window.session, lesson.experiment.hand
    session.reset()
    window.follow_session()
    if hand.shake != "none":
        session.shake(hand.shake, on=True)
    session.pull_by_key(1.0, 0.0)


@action("", "experiment: take the result as it is now", "Experiments", label="Result now")
def _lesson_result(window: Window) -> None:
    lesson = _under_way(window)
    if lesson.take_result(window.session.scene()):
        _show(window, lesson)
    else:
        window.say(_("Nothing has opened yet: pull first."))


@action("", "experiment: end it, and go on playing", "Experiments", label="Stop the experiment")
def _lesson_stop(window: Window) -> None:
    _stop(window, _under_way(window))
