"""Networks and shipped tables as plain data."""

from typing import Any

from ruler.networks.library import is_trained, load_table, network_title, varying
from ruler.networks.profile import LayerProfile
from ruler.networks.tables import read_companion
from ruler.shipped import shipped
from ruler.text import regime


def network_summary(address: str, profile: LayerProfile) -> dict[str, Any]:
    """A network as plain data for JSON: separation, loads, measures, accuracies, settings.

    Args:
        address: how it is called.
        profile: the network.
    """
    return {
        "network": address,
        "title": network_title(profile),
        "layers": list(profile.layers),
        "seeds": list(profile.seeds),
        "measure": profile.measure,
        "D": profile.separation.tolist() if profile.absolute else None,
        "loads": profile.loads.tolist(),
        "load_curve": _plain(profile.load_curve),
        **profile.measures.as_dict(),
        "seed_centers": [one.center_of_load for one in profile.seed_measures],
        "regime": regime(profile.measures.unevenness, profile.measures.center_of_load),
        "train_accuracy": _plain(profile.accuracy),
        "test_accuracy": _plain(profile.test_accuracy),
        "trained": is_trained(profile),
        "settings": dict(profile.settings),
        "command": profile.command,
    }


def table_summary(name: str) -> dict[str, Any]:
    """A shipped table as plain data for JSON: what it is, what varies in it, how it was made.

    Args:
        name: one of `shipped_tables()`.
    """
    profiles = load_table(name)
    about = read_companion(shipped("assets") / "networks" / f"{name}.csv")
    keys = [key for key in profiles[0].settings if key in varying(profiles)]
    varied = {key: sorted({profile.settings[key] for profile in profiles}) for key in keys}
    return {
        "name": name,
        "title": about.get("title", ""),
        "networks": len(profiles),
        "seeds": len(profiles[0].seeds),
        "layers": profiles[0].depth,
        "varies": "; ".join(f"{key} {', '.join(f'{value:g}' for value in values)}" for key, values in varied.items()),
        "command": profiles[0].command,
        "data": about.get("data", []),
    }


def _plain(values: Any) -> Any:
    return None if values is None else values.tolist()
