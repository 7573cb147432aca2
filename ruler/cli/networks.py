"""`ruler network list` and `measure`; `train`, whose options come from the settings, is read when it is used."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter

import ruler
from ruler.cli.core import group
from ruler.cli.options import Flag, Force, Json, MaybeOutput, MeasureName, answer
from ruler.errors import BadInputError
from ruler.progress import progress

if TYPE_CHECKING:
    from ruler.networks import LayerProfile

network = group(
    "network",
    "Layer separation of networks: list the shipped ones, measure your own, train more.",
    "Start with: ruler network list",
)
network.command("ruler.cli.train:train")


@network.command(name="list")
def list_(table: str | None = None, /, *, json_: Json = False) -> None:
    """List the shipped networks, or those of one table (or file), with centre of load and accuracy.

    Example: ruler network list dropout-digits

    Parameters
    ----------
    table
        A shipped table, one network of it, or a file of yours; without it all tables.
    """
    from ruler.api.comparison import named_networks
    from ruler.cli.network_reports import networks_table
    from ruler.networks import shipped_tables
    from ruler.networks.summaries import network_summary, table_summary

    if table is not None:
        entries = named_networks(table)
        answer(json_, {"networks": [network_summary(*entry) for entry in entries]}, networks_table(entries))
        return
    rows = [table_summary(name) for name in shipped_tables()]
    lines = [
        f"{row['name']}: {row['networks']} networks x {row['seeds']} seeds, {row['layers']} layers\n"
        f"    {row['title']}\n    {row['varies']}"
        for row in rows
    ]
    lines.append("\none network: TABLE:SETTING=VALUE,..., such as dropout-digits:alpha=0,dropout=0.2")
    lines.append("(alpha 0 = ReLU, 1 = linear); a table's networks: ruler network list TABLE")
    answer(json_, {"tables": rows}, *lines)


NetworkFile = Annotated[
    str,
    Parameter(
        help="Features: a .npz made with numpy.savez(file, labels=labels, input=inputs, layer_1=..., ...), one array "
        "of shape (samples, width) for the input and each layer, in order, without the output layer. Or a table "
        "({layer_tables}) with columns layer and D (0 = input), or layer and load (from 1), and seed if there are "
        "several. Or what ruler network train or LoadRecorder wrote. Or, with TEXT, the folder of a language model."
    ),
]


@network.command(name="measure")
def measure_(
    file: NetworkFile,
    text: str | None = None,
    /,
    *,
    measure_: MeasureName = "trace-ratio",
    target: str = "index",
    tokens: int = 20_000,
    json_: Json = False,
    output: MaybeOutput = None,
    force: Force = False,
) -> None:
    """Say how a network separates its classes, layer by layer, or a language model predicts the next token.

    Example: ruler network measure features.npz -o layers.csv

    A language model, in a folder that transformers' save_pretrained has written, on a text of yours:

    ruler network measure gpt2-folder text.txt

    Parameters
    ----------
    text
        A text (.txt, UTF-8): measures a language model by the prediction residual of He and Su
        (needs transformers).
    target
        Of a language model: what of the next token is fitted, its index in the vocabulary (as
        He and Su do) or its embedding. [choices: {targets}]
    tokens
        Of a language model: how many tokens of the text are used.
    output
        Writes D of each layer as a table ({layer_tables}), which ruler compare takes.
    """
    from ruler.api import measure_file
    from ruler.networks import write_layer_table

    if text is not None:
        _measure_language(file, text, target, tokens, json_, output, force)
        return
    profiles = measure_file(file, measure_)
    if output is not None:
        if len(profiles) > 1:
            raise BadInputError(f"{file}: holds {len(profiles)} networks; --output takes a single one")
        write_layer_table(profiles[0], Path(output), force=force)
    files = {"file": file, "table": output}
    print_networks(profiles, json_, files, *([] if output is None else [f"layers: {output}"]))


@network.command
def advise(
    network: str,
    /,
    *,
    alpha: float | None = None,
    dropout: float | None = None,
    learning_rate: float | None = None,
    check: Flag = False,
    json_: Json = False,
) -> None:
    """Say where a network's load lies, and what dropout or learning rate would even it, with an interval.

    Example: ruler network advise dropout-digits:alpha=0

    It comes from the shipped tables: how the load of networks like this one changes with the
    noise. Where they do not reach it says "not known".

    Parameters
    ----------
    network
        One network: a file ({layer_tables}, .npz), or a shipped one (see: ruler network list).
    alpha
        Of a network that does not say so itself: slope below zero, 0 = ReLU, 1 = linear.
    dropout
        Likewise: the dropout it was trained with.
    learning_rate
        Likewise: the learning rate it was trained with.
    check
        Train it once more as advised (needs torch and scikit-learn), and say what came of it.
    """
    from ruler.cli.network_reports import advice_report

    given = {"alpha": alpha, "dropout": dropout, "learning_rate": learning_rate}
    known = {key: value for key, value in given.items() if value is not None}
    with progress("as advised", "epochs") as show:
        advised = ruler.advise(network, check=check, progress=lambda now: show(now.epoch, now.epochs), **known)
    answer(json_, {"network": network, **advised.as_dict()}, advice_report(network, advised))


def _measure_language(
    model: str, text: str, target: str, tokens: int, json_: bool, output: str | None, force: bool
) -> None:
    from ruler.cli.network_reports import language_report
    from ruler.io import check
    from ruler.networks import measure_language, write_layer_table
    from ruler.networks.tables import TABLE_ENDINGS

    if output is not None:
        check(output, force, TABLE_ENDINGS, "a layer table")
    with progress(Path(model).name, "tokens") as show:
        found = measure_language(model, text, target=target, tokens=tokens, progress=show)
    if output is not None:
        write_layer_table(found.profile, Path(output), force=force)
    content = {"model": model, "text": text, "table": output, **found.as_dict()}
    answer(json_, content, language_report(found), *([] if output is None else [f"layers: {output}"]))


def print_networks(profiles: "Sequence[LayerProfile]", json_: bool, files: dict[str, str | None], *lines: str) -> None:
    """Print networks layer by layer, several as a table, then lines; or, with their files, as one JSON object."""
    from ruler.cli.network_reports import networks_table, profile_report
    from ruler.networks import network_title
    from ruler.networks.summaries import network_summary

    named = [(network_title(profile), profile) for profile in profiles]
    text = profile_report(profiles[0], named[0][0]) if len(profiles) == 1 else networks_table(named)
    content = {**files, "networks": [network_summary(profile.name, profile) for profile in profiles]}
    answer(json_, content, text, *lines)
