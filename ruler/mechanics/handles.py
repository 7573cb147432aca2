"""Fast access to Chipmunk for the few calls made at every step.

Pymunk's properties check and wrap every value, which is right everywhere but in the innermost
loop: reading all bodies costs 1.2 us instead of 0.3 us, setting ten friction limits 3.9 us instead
of 1.2 us, of the 9 us that a step of the reference ruler takes. The C functions behind them are
reached through pymunk's own cffi handle; this is the only module that does so.
"""

from collections.abc import Sequence

import numpy as np
import pymunk
import pymunk.batch
from pymunk._chipmunk_cffi import ffi, lib

from ruler.arrays import Floats

_FIELDS = (
    pymunk.batch.BodyFields.POSITION
    | pymunk.batch.BodyFields.ANGLE
    | pymunk.batch.BodyFields.VELOCITY
    | pymunk.batch.BodyFields.ANGULAR_VELOCITY
)
# x, y, angle, vx, vy, angular velocity
FIELDS_PER_BODY = 6
_DOUBLE = 8


class StateLog:
    """States of all bodies of a space, one row a call, kept until taken.

    Args:
        space: all bodies must have been added and none may be added or removed later.
        order: the bodies in the order of the columns.
    """

    def __init__(self, space: pymunk.Space, order: Sequence[pymunk.Body]) -> None:
        self._buffer = pymunk.batch.Buffer()
        self._data = ffi.new("pmBatchedData *")
        self._data.fields = _FIELDS.value
        self._data.floatArray = self._buffer._float_arr
        self._data.intArray = self._buffer._int_arr
        self._space = space._space
        self._each = ffi.addressof(lib, "pmSpaceBodyGetIteratorFuncBatched")
        self._bodies = len(_body_ids(space))
        place = {body_id: i for i, body_id in enumerate(_body_ids(space))}
        self._order = np.array([place[body.id] for body in order])
        self._places = self._order.tolist()
        # So many bodies at the head are in the space's own order.
        self._in_order = next((i for i, p in enumerate(self._places) if p != i), len(self._places))
        self._row = self._bodies * FIELDS_PER_BODY
        self._last = np.empty((self._bodies, FIELDS_PER_BODY))
        self._rows = 0

    def append(self) -> None:
        """Keep the present state: one C call."""
        lib.cpSpaceEachBody(self._space, self._each, self._data)
        self._rows += 1

    def last(self) -> Floats:
        """The newest row, shape (bodies, 6); a copy."""
        if self._rows == 0:
            return self._last
        offset = (self._rows - 1) * self._row
        view = ffi.buffer(self._buffer._float_arr.arr + offset, self._row * _DOUBLE)
        return np.asarray(np.frombuffer(view).reshape(self._bodies, FIELDS_PER_BODY)[self._order])

    def last_column(self, field: int, count: int) -> list[float]:
        """One field of the first `count` bodies in the newest row: 0 to 5 for x, y, angle, vx, vy, spin."""
        if self._rows == 0:
            return list(self._last[:count, field].tolist())
        start = self._buffer._float_arr.arr + (self._rows - 1) * self._row
        if count <= self._in_order:
            return list(ffi.unpack(start, count * FIELDS_PER_BODY)[field::FIELDS_PER_BODY])
        values = ffi.unpack(start, self._row)[field::FIELDS_PER_BODY]
        return [values[i] for i in self._places[:count]]

    def take(self) -> Floats:
        """All rows since the last call, shape (rows, bodies, 6); `last` goes on to give the newest."""
        rows = np.frombuffer(self._buffer.float_buf()).reshape(-1, self._bodies, FIELDS_PER_BODY)[:, self._order]
        self._last = rows[-1]
        self._buffer.clear()
        self._rows = 0
        return rows


def _body_ids(space: pymunk.Space) -> list[int]:
    buffer = pymunk.batch.Buffer()
    pymunk.batch.get_space_bodies(space, pymunk.batch.BodyFields.BODY_ID, buffer)
    return list(memoryview(buffer.int_buf()).cast("P"))


class Stepper:
    """Makes steps: the C function without pymunk's bookkeeping for callbacks and removals, which we have none of.

    Of the 9.2 us that `space.step` takes for the reference ruler, 0.9 us are bookkeeping.
    """

    def __init__(self, space: pymunk.Space, dt: float) -> None:
        self._space, self._handle, self._dt = space, space._space, dt
        # One step of pymunk's own checks that all masses and moments make sense.
        for body in space.bodies:
            if body.body_type == pymunk.Body.DYNAMIC and not (0.0 < body.mass < float("inf") and body.moment > 0.0):
                raise ValueError(f"{body} has mass {body.mass} and moment {body.moment}")

    def step(self) -> None:
        """Make one step."""
        lib.cpSpaceStep(self._handle, self._dt)

    def steps(self, count: int) -> None:
        """Make so many steps."""
        step, handle, dt = lib.cpSpaceStep, self._handle, self._dt
        for _ in range(count):
            step(handle, dt)


class Joints:
    """Limits and impulses of a list of joints."""

    def __init__(self, joints: Sequence[pymunk.Constraint]) -> None:
        # Held because the handles are not: they go when their joints go.
        self._joints = list(joints)
        self._handles = [joint._constraint for joint in joints]

    def set_limit(self, index: int, limit: float) -> None:
        """Set the most force (N) or torque (N m) one joint can use."""
        lib.cpConstraintSetMaxForce(self._handles[index], limit)

    def impulses(self) -> list[float]:
        """Size of each joint's impulse in the last step, N s or N m s."""
        get = lib.cpConstraintGetImpulse
        return [get(handle) for handle in self._handles]


class Carrier:
    """A body that is moved by setting its velocity at every step."""

    def __init__(self, body: pymunk.Body) -> None:
        self._body = body
        self._handle = body._body

    def move(self, velocity_x: float, velocity_y: float) -> None:
        """Set the velocity in m/s."""
        lib.cpBodySetVelocity(self._handle, (velocity_x, velocity_y))
