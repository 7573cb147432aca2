"""`LoadRecorder` as a callback of Lightning and of the Trainer of transformers."""

from typing import Any

from ruler.io import need
from ruler.networks.recorder import LoadRecorder


def lightning_callback(probe: Any, **options: Any) -> Any:
    """A callback of Lightning that records how the layers share the load while it trains.

    >>> trainer = lightning.Trainer(callbacks=[lightning_callback((images, labels), every=50, path="run.csv")])

    A training that goes on from a checkpoint goes on in its table too.

    Args:
        probe: as for `LoadRecorder`.
        **options: further arguments of `LoadRecorder`.

    Returns:
        A lightning.Callback, whose `recorder` is the LoadRecorder once the training has begun.

    Raises:
        MissingExtraError: lightning is missing.
    """
    lightning = need("lightning.pytorch", "lightning", "a callback of Lightning")

    class Callback(lightning.Callback):  # type: ignore[misc, name-defined]
        recorder: LoadRecorder

        def on_train_start(self, trainer: Any, pl_module: Any) -> None:
            self.recorder = _recorder(pl_module, probe, options, trainer.global_step)

        def on_train_batch_end(self, trainer: Any, *_: Any) -> None:
            self.recorder.step(trainer.global_step)

        def on_train_end(self, *_: Any) -> None:
            self.recorder.close()

        def on_exception(self, *_: Any) -> None:
            if hasattr(self, "recorder"):
                self.recorder.release()

    return Callback()


def trainer_callback(probe: Any, **options: Any) -> Any:
    """A callback of the Trainer of transformers that records how the layers share the load while it trains.

    >>> trainer = transformers.Trainer(model, arguments, callbacks=[trainer_callback((inputs, labels), path="run.csv")])

    A training that goes on from a checkpoint goes on in its table too.

    Args:
        probe: as for `LoadRecorder`, such as ({"input_ids": ..., "attention_mask": ...}, labels).
        **options: further arguments of `LoadRecorder`.

    Returns:
        A transformers.TrainerCallback, whose `recorder` is the LoadRecorder once the training has begun.

    Raises:
        MissingExtraError: transformers is missing.
    """
    transformers = need("transformers", "language", "a callback of transformers")

    class Callback(transformers.TrainerCallback):  # type: ignore[misc, name-defined]
        recorder: LoadRecorder

        def on_train_begin(self, _arguments: Any, state: Any, _control: Any, model: Any = None, **_: Any) -> None:
            self.recorder = _recorder(model, probe, options, state.global_step)

        def on_step_end(self, _arguments: Any, state: Any, *_: Any, **__: Any) -> None:
            self.recorder.step(state.global_step)

        def on_train_end(self, *_: Any, **__: Any) -> None:
            self.recorder.close()

    return Callback()


def _recorder(model: Any, probe: Any, options: dict[str, Any], steps: int) -> LoadRecorder:
    """A recorder that goes on where the training does."""
    recorder = LoadRecorder(model, probe, **{"resume": steps > 0, **options})
    recorder.resume_at(steps)
    return recorder
