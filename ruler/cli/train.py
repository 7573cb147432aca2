"""`ruler network train`. Not read before it is used: its options come from the settings of a network."""

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

from cyclopts import Parameter

import ruler
from ruler.cli.networks import print_networks
from ruler.cli.options import Flag, Force, Json, Output, model_options
from ruler.errors import BadInputError, FailedError
from ruler.networks import LayerProfile, NetworkSettings, Progress, make_settings
from ruler.networks.training import need_training
from ruler.progress import progress
from ruler.sweeps.training import find_grid, train_grid

if TYPE_CHECKING:
    Settings = dict[str, Any]
else:
    Settings = model_options("Settings", NetworkSettings, dict(NetworkSettings()))


def train(
    *,
    output: Output,
    grid: str | None = None,
    data_folder: Path | None = None,
    seeds: str | None = None,
    history: Flag = False,
    checkpoint: Path | None = None,
    settings: Annotated[Settings | None, Parameter(name="*")] = None,
    json_: Json = False,
    force: Force = False,
) -> None:
    """Train networks and write how they separate their classes (needs torch and scikit-learn).

    Example: ruler network train --alpha 0 --dropout 0.2 --seeds 0,1,2 -o mine.csv

    A shipped table again (interrupted, the same command goes on):

    ruler network train --grid dropout-digits -o dropout-digits.csv

    Parameters
    ----------
    output
        The table (.csv; a .json beside it says how it was made); ruler compare takes it.
    grid
        All networks of a shipped table (see: ruler network list). Takes no other settings.
    data_folder
        Folder of the IDX files of mnist or fashion-mnist. Nothing is downloaded.
    seeds
        One network each: 0,1,2 or 0-4. Default 0.
    history
        Also keep D over the epochs, so that the learning can be played.
    checkpoint
        File from which the same command goes on when interrupted; with several seeds, one for each.
    """
    path = Path(output)
    if grid is None:
        of = _seeds(seeds or "0")
        work = partial(
            ruler.train,
            path,
            of,
            data_folder=data_folder,
            history=history,
            checkpoint=checkpoint,
            force=force,
            **(settings or {}),
        )
        profiles = [_train(work, make_settings(settings or {}, "network train").title, of, checkpoint)]
    elif settings or seeds is not None or history or checkpoint is not None or data_folder is not None:
        raise BadInputError("--grid: a grid has its own settings and seeds, and resumes by itself; give only -o")
    else:
        profiles = _train_grid(grid, path, force)
    lines = (f"table: {path}", f"compare it with: ruler compare steady {path}")
    print_networks(profiles, json_, {"table": str(path)}, *lines)


def _train_grid(name: str, path: Path, force: bool) -> list[LayerProfile]:
    grid = find_grid(name)
    need_training()
    with progress(f"grid {name}", "trainings") as show:
        try:
            return train_grid(grid, path, force=force, progress=lambda now: show(now.done, now.total))
        except KeyboardInterrupt:
            raise FailedError(f"interrupted; finished trainings are in {path}.part: the same command goes on") from None


def _train(
    work: Callable[..., LayerProfile], title: str, seeds: Sequence[int], checkpoint: Path | None
) -> LayerProfile:
    with progress(title, "epochs") as show:

        def shown(now: Progress) -> None:
            done = seeds.index(now.seed) * now.epochs + now.epoch
            show(done, now.epochs * len(seeds), f"seed {now.seed}, loss {now.loss:.3f}")

        try:
            return work(progress=shown)
        except KeyboardInterrupt:
            saved = "nothing was saved (no --checkpoint)"
            if checkpoint is not None:
                saved = f"with the checkpoint {checkpoint} the same command goes on"
            raise FailedError(f"interrupted; {saved}") from None


def _seeds(text: str) -> tuple[int, ...]:
    """Seeds such as "0,1,2" or "0-4"."""
    seeds: list[int] = []
    for part in text.split(","):
        first, dash, last = part.strip().partition("-")
        if not first.isdecimal() or (dash and not last.isdecimal()):
            raise BadInputError(f"--seeds: {text!r} is not a list of whole numbers from 0, such as 0,1,2 or 0-4")
        seeds += range(int(first), int(last or first) + 1)
    if not seeds or len(set(seeds)) != len(seeds):
        raise BadInputError(f"--seeds: {text!r}; at least one is needed, and each only once")
    return tuple(seeds)
