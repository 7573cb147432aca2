"""Chipmunk's C functions and memory as the kernel takes them, interpreted or compiled.

Pymunk's properties check and wrap every value, which is right everywhere but in the innermost
loop. The C functions behind them are reached through pymunk's own cffi handle; this is the only
module that does so.
"""

import os
import signal
import sys
import threading
import warnings
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from types import FunctionType
from typing import Any

import numpy as np
import pymunk
import pymunk.batch
from numpy.typing import NDArray
from pymunk._chipmunk_cffi import ffi, lib

from ruler.arrays import Floats
from ruler.errors import BadInputError
from ruler.io import need
from ruler.mechanics import kernel
from ruler.mechanics.chain import Chain
from ruler.mechanics.kernel_data import FIELDS, Calls, Handles

Play = Callable[..., tuple[int, int, bool]]
INTERPRETED, COMPILED = "interpreted", "compiled"
# Environment variable that forces one or the other.
VARIABLE = "RULER_KERNEL"
# From so many steps times hinges in all on it pays to load Numba and the compiled kernel, which takes
# 0.7 s; interpreted, a step costs about 1 us more for each hinge.
WORTH_LOADING = 600_000

_FIELDS = (
    pymunk.batch.BodyFields.POSITION
    | pymunk.batch.BodyFields.ANGLE
    | pymunk.batch.BodyFields.VELOCITY
    | pymunk.batch.BodyFields.ANGULAR_VELOCITY
)
# Name, result and arguments of each function for Numba; pointers are numbers, and so are ints. A vector is a struct of
# two doubles, which on Linux and macOS is passed like two doubles.
_SIGNATURES = {
    "step": ("cpSpaceStep", ("void", "intp", "float64")),
    "set_iterations": ("cpSpaceSetIterations", ("void", "intp", "int64")),
    "collect": ("cpSpaceEachBody", ("void", "intp", "intp", "intp")),
    "set_position": ("cpBodySetPosition", ("void", "intp", "float64", "float64")),
    "set_velocity": ("cpBodySetVelocity", ("void", "intp", "float64", "float64")),
    "apply_force": ("cpBodyApplyForceAtWorldPoint", ("void", "intp", "float64", "float64", "float64", "float64")),
    "set_limit": ("cpConstraintSetMaxForce", ("void", "intp", "float64")),
    "impulse": ("cpConstraintGetImpulse", ("float64", "intp")),
}


_COLLECTOR = ffi.addressof(lib, "pmSpaceBodyGetIteratorFuncBatched")


def _address(pointer: Any) -> int:
    return int(ffi.cast("intptr_t", pointer))


def _cast(name: str, signature: str) -> Any:
    return ffi.cast(signature, ffi.addressof(lib, name))


class Batch:
    """Chipmunk writes the states of all bodies into this array, one row a call of `collect`.

    Args:
        space: all bodies must have been added, and none may be added or removed later.
        order: the bodies, in the order of the columns; bodies not named come after them.
        rows: how many rows there is room for.

    Attributes:
        states: shape (rows, bodies, FIELDS).
        data: what `collect` takes.
    """

    def __init__(self, space: pymunk.Space, order: Sequence[pymunk.Body], rows: int) -> None:
        ids = _body_ids(space)
        if ids[: len(order)] != [body.id for body in order]:
            raise ValueError("the space has its bodies in another order than they were added")
        # Room for one more: pymunk takes a larger piece of memory before this one is full.
        memory = np.zeros((rows + 1, len(ids), FIELDS))
        self.states = memory[:rows]
        self._buffer = pymunk.batch.Buffer()
        self._buffer.set_float_buf(memory.reshape(-1))
        self.data = ffi.new("pmBatchedData *")
        self.data.fields = _FIELDS.value
        self.data.floatArray = self._buffer._float_arr
        self.data.intArray = self._buffer._int_arr
        self._space = space._space
        self._row = self.states[0].size
        self.write_from(0)

    def write_from(self, row: int) -> None:
        """Let the next call write into this row."""
        self._buffer._float_arr.num = row * self._row

    def collect(self) -> None:
        """Write the present state into the next row."""
        lib.cpSpaceEachBody(self._space, _COLLECTOR, self.data)


def _body_ids(space: pymunk.Space) -> list[int]:
    buffer = pymunk.batch.Buffer()
    pymunk.batch.get_space_bodies(space, pymunk.batch.BodyFields.BODY_ID, buffer)
    return list(memoryview(buffer.int_buf()).cast("P"))


class Interpreted:
    """The kernel as it stands, on plain lists and C pointers."""

    name = INTERPRETED
    play: Play = staticmethod(kernel.play)

    def __init__(self) -> None:
        # Cast where a vector has to be passed as two numbers; as they are, the others are quicker.
        self.calls = Calls(
            step=lib.cpSpaceStep,
            set_iterations=lib.cpSpaceSetIterations,
            collect=lib.cpSpaceEachBody,
            set_position=_cast("cpBodySetPosition", "void(*)(cpBody *, double, double)"),
            set_velocity=_cast("cpBodySetVelocity", "void(*)(cpBody *, double, double)"),
            apply_force=_cast("cpBodyApplyForceAtWorldPoint", "void(*)(cpBody *, double, double, double, double)"),
            set_limit=lib.cpConstraintSetMaxForce,
            impulse=lib.cpConstraintGetImpulse,
        )

    def pointers(self, things: Sequence[Any]) -> Any:
        """C pointers."""
        return list(things)

    def given(self, values: Floats) -> Any:
        """Numbers that the kernel only reads."""
        return values.reshape(-1).tolist()

    def shared(self, values: NDArray[Any]) -> Any:
        """An array that the kernel reads and writes, seen flat."""
        return ffi.from_buffer("int64_t[]" if values.dtype == np.int64 else "double[]", values.reshape(-1))


class Compiled:
    """The kernel as machine code, on arrays."""

    name = COMPILED

    def __init__(self) -> None:
        self._play, function = _load()
        # Numba looks at the types of all arguments in every call, which takes as long as twenty steps; they are
        # always the same, so after the first call the machine code is called as it is.
        self._entry: Play | None = None
        self.calls = Calls(**{key: function(name, kinds) for key, (name, kinds) in _SIGNATURES.items()})

    @property
    def kept(self) -> bool:
        """Whether Numba has it in its cache; if not, the first step takes the seconds in which it is compiled."""
        return any(Path(self._play.stats.cache_path).glob("kernel.play-*.nbi"))  # type: ignore[attr-defined]

    def play(self, *arguments: Any) -> tuple[int, int, bool]:
        """Make steps; an interrupt comes after them."""
        with _interrupts_later():
            if self._entry is not None:
                return self._entry(*arguments)
            result = self._play(*arguments)
            (compiled,) = self._play.overloads.values()  # type: ignore[attr-defined]
            self._entry = compiled.entry_point
            return result

    def pointers(self, things: Sequence[Any]) -> Any:
        """C pointers as numbers."""
        return np.array([_address(thing) for thing in things], dtype=np.intp)

    def given(self, values: Floats) -> Any:
        """Numbers that the kernel only reads."""
        return np.ascontiguousarray(values).reshape(-1)

    def shared(self, values: NDArray[Any]) -> Any:
        """An array that the kernel reads and writes, seen flat."""
        return values.reshape(-1)


@contextmanager
def _interrupts_later() -> Iterator[None]:
    """Keep Ctrl-C until the end: Numba runs Python while it takes its arguments, and makes other errors of it there."""
    if (
        threading.current_thread() is not threading.main_thread()
        or signal.getsignal(signal.SIGINT) is not signal.default_int_handler
    ):
        yield
        return
    came: list[int] = []
    signal.signal(signal.SIGINT, lambda number, _: came.append(number))
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, signal.default_int_handler)
    if came:
        raise KeyboardInterrupt


Kernel = Interpreted | Compiled


def handles(how: Kernel, chain: Chain, batch: Batch) -> Handles:
    """The chain's bodies and joints, and the batch, as a kernel takes them."""
    space, collector, data, hand, table = how.pointers(
        [chain.space._space, _COLLECTOR, batch.data, chain.hand._body, chain.table._body]
    )
    return Handles(
        space,
        collector,
        data,
        hand,
        table,
        how.pointers([body._body for body in chain.sections]),
        *[how.pointers([joint._constraint for joint in part]) for part in (chain.motors, chain.stops, chain.pads)],
    )


def can_compile() -> bool:
    """Whether Numba is there and the C functions can be called with vectors as two numbers."""
    return sys.platform != "win32" and find_spec("numba") is not None


def best_kernel(work: float = 0.0) -> Kernel:
    """The kernel to go on with: compiled when it is loaded, or when loading it pays for all the work there was.

    Args:
        work: steps times hinges that are to come.

    Raises:
        BadInputError: the environment asks for something else than there is.
    """
    global _work
    _work += work
    asked = os.environ.get(VARIABLE, "")
    if asked not in ("", INTERPRETED, COMPILED):
        raise BadInputError(f'{VARIABLE}: must be "{INTERPRETED}" or "{COMPILED}"; it is "{asked}"')
    if asked == COMPILED:
        need("numba", "fast", f"{VARIABLE}={COMPILED}")
        return compiled_kernel()
    if asked == INTERPRETED or not (_compiled or (_work >= WORTH_LOADING and can_compile())):
        return _interpreted()
    return compiled_kernel()


def kernel_in_words() -> str:
    """Which kernel this process would use, for whoever asks."""
    asked = os.environ.get(VARIABLE, "")
    if asked:
        return best_kernel().name
    return f"{COMPILED} for long work" if can_compile() else INTERPRETED


@cache
def _interpreted() -> Interpreted:
    return Interpreted()


# Steps times hinges that this process has had to do, and the compiled kernel, once it is loaded.
_work = 0.0
_compiled: list[Compiled] = []
_lock = threading.Lock()


def compiled_kernel() -> Compiled:
    """Load the compiled kernel, which takes some tenths of a second the first time."""
    with _lock, _interrupts_later():
        if not _compiled:
            _compiled.append(Compiled())
    return _compiled[0]


def adopt(kernel: Compiled) -> None:
    """Let simulations go over to a kernel that has been loaded for them."""
    with _lock:
        if not _compiled:
            _compiled.append(kernel)


def _load() -> tuple[Play, Callable[[str, tuple[str, ...]], Any]]:
    """Compile the kernel, or take it from Numba's cache; and what makes a C function of a name and types."""
    # Before the rest of Numba: without it functions as arguments are not understood.
    import numba.experimental.function_type  # noqa: F401
    from numba import njit, types
    from numba.core.errors import NumbaExperimentalFeatureWarning

    # Said once for each function when it is compiled, of what `_SIGNATURES` needs.
    warnings.filterwarnings("ignore", category=NumbaExperimentalFeatureWarning)

    class Function(types.WrapperAddressProtocol):
        """A C function that compiled code can call."""

        def __init__(self, name: str, kinds: tuple[str, ...]) -> None:
            result, *arguments = [getattr(types, kind) for kind in kinds]
            self._signature = result(*arguments)
            self._address = _address(ffi.addressof(lib, name))

        def __wrapper_address__(self) -> int:
            return self._address

        def signature(self) -> Any:
            """Result and arguments."""
            return self._signature

    # The same code; each function finds the compiled ones that it calls.
    names = dict(vars(kernel))
    for part in kernel.PARTS:
        function = FunctionType(part.__code__, names, part.__name__)
        function.__module__ = kernel.__name__
        names[part.__name__] = njit(cache=True)(function)
    return names["play"], Function
