"""The compiled kernel, loaded while a window is already there.

Numba compiles in the first step, which takes seconds in which this process would stand still, even in a thread: another
process does it (`python -m ruler.mechanics.background`) and leaves it in Numba's cache.
"""

import os
import subprocess
import sys
import threading
from collections.abc import Callable

from ruler.mechanics.engine import COMPILED, VARIABLE, Compiled, adopt, can_compile
from ruler.mechanics.simulation import Simulation
from ruler.scenario import load_scenario

_NOTHING = subprocess.DEVNULL


def first_step(kernel: Compiled) -> None:
    """Make a step, in which Numba compiles the kernel or takes it from its cache."""
    Simulation(load_scenario("steady"), live=True).rehearse(kernel)


def load_in_background() -> Callable[[], None]:
    """Load the compiled kernel meanwhile, if it can be had; simulations go over to it when it is there.

    Returns:
        Gives it up, for a program that ends meanwhile.
    """
    ended = threading.Event()
    compiling: list[subprocess.Popen[bytes]] = []

    def give_up() -> None:
        ended.set()
        for process in compiling:
            process.kill()

    def load() -> None:
        kernel = Compiled()
        if not kernel.kept and not ended.is_set():
            command = [sys.executable, "-P", "-m", "ruler.mechanics.background"]
            compiling.append(subprocess.Popen(command, stdin=_NOTHING, stdout=_NOTHING, stderr=_NOTHING))  # noqa: S603
            if compiling[0].wait() != 0:
                return
        if not ended.is_set():
            first_step(kernel)
            adopt(kernel)

    if can_compile() and os.environ.get(VARIABLE, COMPILED) == COMPILED:
        threading.Thread(target=load, name="kernel").start()
    return give_up


if __name__ == "__main__":
    first_step(Compiled())
