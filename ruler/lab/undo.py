"""Changes of parameters, to be taken back and made again."""

from collections.abc import Callable
from dataclasses import dataclass

from ruler.scenario.parameters import Value


@dataclass(frozen=True)
class ParameterChange:
    """A parameter's change."""

    key: str
    old: Value
    new: Value


class UndoStack:
    """The changes that have been made, and those taken back.

    Args:
        apply: sets a parameter to a value.
    """

    def __init__(self, apply: Callable[[str, Value], None]) -> None:
        self._apply = apply
        self.clear()

    def clear(self) -> None:
        """Forget all changes."""
        self._done: list[ParameterChange] = []
        self._undone: list[ParameterChange] = []
        self._sliding: str | None = None

    def note(self, change: ParameterChange) -> None:
        """A change has been made; changes in one slide of a slider are one change."""
        last = self._done[-1] if self._done else None
        if last is not None and (last.key, last.new, self._sliding) == (change.key, change.old, change.key):
            self._done[-1] = ParameterChange(change.key, last.old, change.new)
        else:
            self._done.append(change)
        self._sliding = change.key
        self._undone.clear()

    def slid(self) -> None:
        """A slider has been let go: the next change is one of its own."""
        self._sliding = None

    def undo(self) -> bool:
        """Take the last change back; False when there is none."""
        return self._apply_undo(self._done, self._undone, back=True)

    def redo(self) -> bool:
        """Make the change taken back last again; False when there is none."""
        return self._apply_undo(self._undone, self._done, back=False)

    def _apply_undo(self, take: list[ParameterChange], give: list[ParameterChange], back: bool) -> bool:
        if not take:
            return False
        change = take[-1]
        self._apply(change.key, change.old if back else change.new)
        give.append(take.pop())
        self.slid()
        return True

    @property
    def can_undo(self) -> bool:
        """Whether a change can be taken back."""
        return bool(self._done)

    @property
    def can_redo(self) -> bool:
        """Whether a change can be made again."""
        return bool(self._undone)
