"""Less motion: a ruler that is shaken is drawn as stills."""

import time

from ruler.lab.scene import Scene

# It is drawn anew only so often, s.
STILL_TIME = 0.5


class Stills:
    """Scenes as they are drawn: as they come, or, with less motion and while something shakes, as stills."""

    def __init__(self) -> None:
        self._kept: list[Scene] = []
        self._since = 0.0

    def of(self, scenes: list[Scene], still: bool) -> list[Scene]:
        """What to draw of the scenes of this moment."""
        shaken = any(scene.table_shaking or any(holder.shaking for holder in scene.holders) for scene in scenes)
        now = time.monotonic()
        like = len(self._kept) == len(scenes) and all(
            kept.inner.shape == scene.inner.shape for kept, scene in zip(self._kept, scenes, strict=True)
        )
        if still and shaken and like and now - self._since < STILL_TIME:
            return self._kept
        self._kept, self._since = scenes, now
        return scenes
