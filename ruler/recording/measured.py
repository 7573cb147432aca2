"""Recordings of real rulers: what was read off photographs, or tracked in a film.

Known are the openings, where the tip was and, of a film, when. What is not known (forces, energies) is not a number in
the table and absent in files, not zero. A table without metadata that holds just these columns is one too.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from ruler._version import versions
from ruler.arrays import Floats
from ruler.errors import BadInputError
from ruler.recording.recording import MEASURED, Recording, column_names
from ruler.scenario.geometry import angles_from_opening, tip_from_angles

PHASES = (MEASURED,)
# How far an angle that was read by eye is off, deg (one standard deviation).
READ_BY_EYE = 1.5
# Length of the end sections, in section lengths, where nothing is said.
USUAL_END = 0.5


def measured_recording(
    opening_deg: Floats,
    tip: Floats,
    *,
    name: str,
    time: Floats | None = None,
    section_length: float | None = None,
    end_sections: float = USUAL_END,
    noise_deg: float = READ_BY_EYE,
    extra: Mapping[str, Floats] | None = None,
    **about: Any,
) -> Recording:
    """A recording of kind "measured".

    Args:
        opening_deg: of each hinge, deg, shape (rows, N).
        tip: from the pin, m, shape (rows, 2).
        name: what it is called.
        time: s, shape (rows,); None: stills of a slow pull, in order.
        section_length: m; None: as openings and tip have it.
        end_sections: length of the first and last section, in section lengths.
        noise_deg: how far an angle may be off, deg (one standard deviation).
        extra: more columns, such as "unsure", each of shape (rows,).
        about: more for the metadata: "title", "description", "film" and so on.
    """
    rows, hinges = opening_deg.shape
    names = column_names(hinges)
    table = np.full((rows, len(names)), np.nan)
    lengths = np.ones(hinges + 1)
    lengths[[0, -1]] = end_sections
    if section_length is None:
        section_length = _length_of(opening_deg, tip, lengths)
    known = {
        "time_s": np.arange(rows, dtype=np.float64) if time is None else time,
        "phase": np.zeros(rows),
        "tip_x_m": tip[:, 0],
        "tip_y_m": tip[:, 1],
        "extension": tip[:, 0] / (section_length * lengths.sum()),
    }
    for column, values in known.items():
        table[:, names.index(column)] = values
    first = names.index("opening_1_deg")
    table[:, first : first + hinges] = opening_deg
    source = {
        "title": about.pop("title", name),
        "description": about.pop("description", ""),
        "ruler": {
            "hinges": hinges,
            "section_length": float(section_length),
            "end_sections": float(end_sections),
            "opening": np.clip(opening_deg[0], 0.0, 180.0).tolist(),
        },
    }
    meta = {
        "kind": MEASURED,
        "name": name,
        "source": source,
        "timed": time is not None,
        "noise_deg": noise_deg,
        "status": "complete",
        "versions": versions(()),
        **about,
    }
    return Recording(table, PHASES, meta, extra=dict(extra or {}))


def _length_of(opening_deg: Floats, tip: Floats, lengths: Floats) -> float:
    """Section length, m, with which rulers so open reach to where the tip is (least squares)."""
    reach = np.array([np.hypot(*tip_from_angles(angles_from_opening(row), lengths)) for row in np.radians(opening_deg)])
    return float(np.hypot(*tip.T) @ reach / max(float(reach @ reach), 1e-12))


def from_columns(columns: Mapping[str, Floats], hinges: int, meta: Mapping[str, Any] | None, path: Path) -> Recording:
    """A measured recording from the columns of its file.

    Args:
        columns: finite numbers, each of shape (rows,).
        hinges: N.
        meta: the metadata; None: a table that carries none.
        path: the file, for messages.

    Raises:
        BadInputError: the numbers cannot be those of a ruler.
    """
    opening = np.column_stack([columns[f"opening_{i}_deg"] for i in range(1, hinges + 1)])
    tip = np.column_stack((columns["tip_x_m"], columns["tip_y_m"]))
    outside = np.argwhere((opening < -10.0) | (opening > 190.0))
    if outside.size:
        row, hinge = outside[0]
        raise BadInputError(
            f"{path}: row {row + 1}, column opening_{hinge + 1}_deg: {opening[row, hinge]:g} is no opening; it must "
            "lie between 0 (folded) and 180 (straight) deg"
        )
    time = columns.get("time_s")
    if time is not None and (np.diff(time) <= 0.0).any():
        row = int(np.flatnonzero(np.diff(time) <= 0.0)[0]) + 2
        raise BadInputError(f"{path}: row {row}, column time_s: must be later than the row before")
    ruler = _section(meta, path)
    known = {*column_names(hinges)}
    made = measured_recording(
        opening,
        tip,
        name=str((meta or {}).get("name", path.stem)),
        time=time,
        section_length=ruler.get("section_length"),
        end_sections=ruler.get("end_sections", USUAL_END),
        extra={name: values for name, values in columns.items() if name not in known},
    )
    if meta is None:
        return made
    kept = {key: value for key, value in meta.items() if key not in {"format", "phases", "rows"}}
    return made.with_meta(**{**kept, "timed": time is not None})


def _section(meta: Mapping[str, Any] | None, path: Path) -> dict[str, float]:
    ruler = ((meta or {}).get("source") or {}).get("ruler") or {}
    found = {}
    for key, most in (("section_length", 100.0), ("end_sections", 1.0)):
        value = ruler.get(key)
        if value is None:
            continue
        if not (isinstance(value, int | float) and 0.0 < value <= most):
            raise BadInputError(f"{path}: its metadata: ruler.{key}: {value!r} must be above 0 and at most {most:g}")
        found[key] = float(value)
    return found


def needed(hinges: int) -> Sequence[str]:
    """Names of the columns that a measured recording cannot do without."""
    return ("tip_x_m", "tip_y_m", *(f"opening_{i}_deg" for i in range(1, max(hinges, 1) + 1)))
