"""`ruler network list` and `measure`; `train`, whose options come from the settings, is read when it is used."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter

from ruler.cli.core import group
from ruler.cli.options import Force, Json, MaybeOutput, MeasureName, answer
from ruler.errors import BadInputError

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
        "several. Or what ruler network train wrote."
    ),
]


@network.command(name="measure")
def measure_(
    file: NetworkFile,
    /,
    *,
    measure_: MeasureName = "trace-ratio",
    json_: Json = False,
    output: MaybeOutput = None,
    force: Force = False,
) -> None:
    """Say how a network of yours separates its classes, layer by layer.

    Example: ruler network measure features.npz -o layers.csv

    Parameters
    ----------
    output
        Writes D of each layer as a table ({layer_tables}), which ruler compare takes.
    """
    from ruler.api import measure_file
    from ruler.networks import write_layer_table

    profiles = measure_file(file, measure_)
    if output is not None:
        if len(profiles) > 1:
            raise BadInputError(f"{file}: holds {len(profiles)} networks; --output takes a single one")
        write_layer_table(profiles[0], Path(output), force=force)
    files = {"file": file, "table": output}
    print_networks(profiles, json_, files, *([] if output is None else [f"layers: {output}"]))


def print_networks(profiles: "Sequence[LayerProfile]", json_: bool, files: dict[str, str | None], *lines: str) -> None:
    """Print networks layer by layer, several as a table, then lines; or, with their files, as one JSON object."""
    from ruler.cli.network_reports import networks_table, profile_report
    from ruler.networks import network_title
    from ruler.networks.summaries import network_summary

    named = [(network_title(profile), profile) for profile in profiles]
    text = profile_report(profiles[0], named[0][0]) if len(profiles) == 1 else networks_table(named)
    content = {**files, "networks": [network_summary(profile.name, profile) for profile in profiles]}
    answer(json_, content, text, *lines)
