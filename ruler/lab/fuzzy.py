"""How well typed letters fit a text, for the palette and every list that can be filtered."""

from collections.abc import Callable, Iterable
from typing import TypeVar

T = TypeVar("T")
# Letters of a word further apart than this do not belong together.
FARTHEST = 10


def fit(typed: str, text: str) -> float | None:
    """How well a text has the typed words in it; None when it has not.

    Each word must be there, its letters in order: the better the closer together, at the start of a word, and the
    shorter the text.
    """
    total = 0.0
    for word in typed.casefold().split():
        found = _fit_word(word, text.casefold())
        if found is None:
            return None
        total += found
    return total - 0.01 * len(text)


def _fit_word(word: str, text: str) -> float | None:
    """The best over all places where the word may begin."""
    best: float | None = None
    start = text.find(word[0])
    while start >= 0:
        score, at = 0.0, start - 1
        for letter in word:
            place = text.find(letter, at + 1)
            if place < 0 or (score and place - at > FARTHEST):
                break
            begins = place == 0 or not text[place - 1].isalnum()
            score += 2.0 if begins else 1.5 if place == at + 1 and score else 0.3
            score -= 0.05 * (place - at - 1) if score else 0.0
            at = place
        else:
            best = score if best is None else max(best, score)
        start = text.find(word[0], start + 1)
    return best


def fitting(
    typed: str, choices: Iterable[T], name: Callable[[T], str], words: Callable[[T], str] = lambda _: ""
) -> list[T]:
    """The choices that fit what was typed, the best first; all in their order when nothing was.

    Args:
        typed: with spaces between its words.
        choices: to look through.
        name: of a choice; one whose name fits comes before those of which only other words do.
        words: what else a choice is found by.
    """
    if not typed.strip():
        return list(choices)
    scored = []
    for choice in choices:
        by_name, by_all = fit(typed, name(choice)), fit(typed, f"{name(choice)} {words(choice)}")
        if by_all is not None:
            scored.append((by_name is None, -(by_all if by_name is None else by_name), choice))
    return [choice for _, _, choice in sorted(scored, key=lambda each: each[:2])]
