"""What rooms below the window say in parts, in its language: why a run is not trusted, what a network is."""

import functools
import re

from ruler.lab import i18n
from ruler.lab.i18n import N_, _

# Each stands between commas, semicolons or brackets; the longer of two that begin alike comes first.
PHRASES = (
    N_("the run did not come to its end: {}"),
    N_("the energy account is open by {} %"),
    N_("a joint came apart by {0} % of a section at {1} s"),
    N_("a joint came apart by {} % of a section"),
    N_("and was forced for {} s in all"),
    N_("linear network"),
    N_("{} network"),
    N_("no dropout"),
    N_("dropout {}"),
    N_("learning rate {}"),
    N_("data noise {}"),
    N_("label noise {}"),
    N_("batch {}"),
    N_("{} layers"),
    N_("{} epochs"),
    N_("width {}"),
    N_("convolutional"),
    N_("digits"),
    N_("augmented digits"),
)
_BETWEEN = re.compile(r"(, | \(|\)|; )")


def spoken(text: str) -> str:
    """The text with each of its parts that is known in the window's language; the others stay as they are."""
    return _spoken(text, i18n.language())


@functools.lru_cache(maxsize=256)
def _spoken(text: str, _language: str) -> str:
    return "".join(_translated(part) for part in _BETWEEN.split(text))


def _translated(part: str) -> str:
    for phrase in PHRASES:
        pattern = re.sub(r"\\\{\d?\\\}", "(.+?)", re.escape(phrase))
        if (found := re.fullmatch(pattern, part)) is not None:
            return _(phrase).format(*found.groups())
    return part
