"""Where friction can hold the chain of blocks without noise, in closed form.

Block l is pulled by the difference of its springs, k (e_(l+1) - e_l) with e the elongations, and
holds while that lies between -mu_left and mu_right. Without noise the load curve of a resting chain
can therefore bend by no more than

    -mu_left / k <= e_(l+1) - e_l <= mu_right / k.

These positions form a polytope. Solving the differences for the positions (the inverse of the
second difference between fixed ends is negative in every entry) shows that each block's extremes
are reached together: with every difference at mu_right / k every block is as far left as it can be,
with every one at -mu_left / k as far right.

With noise there is one bend at which a block drifts neither way (`shaken_bend`): friction that is
the same both ways makes the load curve straight, a greater mu_left makes it convex.
"""

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ruler.arrays import Floats
from ruler.theory.spring_block import Chain, elongations


def net_spring_force(chain: Chain, position: ArrayLike) -> Floats:
    """The springs' force k (x_(l+1) - 2 x_l + x_(l-1)) on every block, the right end at the target.

    Args:
        chain: stiffness and target count.
        position: shape (..., blocks).

    Returns:
        Shape (..., blocks).
    """
    return np.asarray(chain.stiffness * np.diff(elongations(position, chain.target), axis=-1))


def holds(chain: Chain, position: ArrayLike, tolerance: float = 0.0) -> NDArray[np.bool_]:
    """Whether friction holds every block of each chain at rest, shape (...).

    Args:
        chain: stiffness, target and thresholds count.
        position: shape (..., blocks).
        tolerance: force by which a threshold may be exceeded.
    """
    force = net_spring_force(chain, position)
    within = (force >= -chain.friction_left - tolerance) & (force <= chain.friction_right + tolerance)
    return np.asarray(within.all(axis=-1))


def position_range(chain: Chain) -> tuple[Floats, Floats]:
    """Leftmost and rightmost position of every block at which friction can hold the chain.

    x_l = y l / n - (mu_right / 2k) l (n - l)  and  y l / n + (mu_left / 2k) l (n - l),  n = L + 1.

    Returns:
        Two arrays of shape (blocks,).
    """
    springs = chain.blocks + 1
    place = np.arange(1, springs)
    even = chain.target * place / springs
    sag = place * (springs - place) / (2.0 * chain.stiffness)
    return even - chain.friction_right * sag, even + chain.friction_left * sag


def pulled_from_rest(chain: Chain) -> Floats:
    """Positions after the right end was pulled slowly from 0 to the target, all blocks at 0 before.

    Only blocks near the pulled end have moved; all of these are at the threshold mu_right, so that
    the elongations fall by mu_right / k from spring to spring until they reach zero. With n
    stretched springs n e - n (n - 1) mu_right / 2k = y gives the largest elongation e. An overdamped
    chain whose end is at y from the beginning comes to rest at the same place: no block ever moves
    left, and each stops where it first can.

    Returns:
        Shape (blocks,).
    """
    drop = chain.friction_right / chain.stiffness
    number = np.arange(chain.blocks + 1, 0, -1)
    largest = chain.target / number + 0.5 * drop * (number - 1)
    stretched = int(np.argmax(largest - drop * (number - 1) >= 0.0))
    behind = np.arange(chain.blocks, -1, -1)
    elongation = np.maximum(largest[stretched] - drop * behind, 0.0)
    return np.asarray(np.cumsum(elongation)[:-1])


def shaken_bend(chain: Chain) -> float:
    """Mean difference e_(l+1) - e_l of neighbouring elongations that noise leads to.

    (mu_right - mu_left) / 2k. Friction with unequal thresholds is friction with their mean both ways
    plus the constant force (mu_left - mu_right) / 2 to the left. Under noise that is as likely to
    push right as left the first part holds a block back no more one way than the other; the springs
    must balance the second, on average and in either order. This needs noise that moves the blocks
    both ways and lasts until the chain has settled.
    """
    return (chain.friction_right - chain.friction_left) / (2.0 * chain.stiffness)
