"""A scenario, commands and all, as a line of text that can be pasted: compressed, with a version and a checksum."""

import base64
import binascii
import json
import re
import zlib

from ruler.errors import BadInputError
from ruler.io import MOST_TEXT
from ruler.scenario.files import scenario_from_data, scenario_to_data
from ruler.scenario.scenario import Scenario

# In front of every such text; the number is the version.
_NAME, _VERSION = "folding-ruler", 1
_SHAPE = re.compile(rf"{_NAME}:(\d+):([0-9a-f]{{8}}):([A-Za-z0-9_-]+=*):")
SOURCE = "the pasted text"


def scenario_to_text(scenario: Scenario) -> str:
    """The scenario as a line of letters, digits, "-", "_", ":" and "=", which no mail or chat changes; ":" ends it."""
    plain = json.dumps(scenario_to_data(scenario), separators=(",", ":"), allow_nan=True).encode()
    packed = zlib.compress(plain, 9)
    return f"{_NAME}:{_VERSION}:{zlib.crc32(packed):08x}:{base64.urlsafe_b64encode(packed).decode()}:"


def is_scenario_text(text: str) -> bool:
    """Whether a text holds such a line, whole or not."""
    return f"{_NAME}:" in text


def scenario_from_text(text: str) -> Scenario:
    """The scenario in a text; line breaks that a mail has put into it do not matter, nor what stands before it.

    Raises:
        BadInputError: there is none, it is of a later version, something of it is missing, or the scenario is bad.
    """
    joined = "".join(text.split())
    found = _SHAPE.search(joined)
    if found is None:
        raise BadInputError(
            f'{SOURCE}: holds no whole session; one begins with "{_NAME}:{_VERSION}:" and ends with ":"'
        )
    version, checksum, coded = found.groups()
    if int(version) != _VERSION:
        raise BadInputError(
            f"{SOURCE}: is of version {version}, which this program does not know; it writes {_VERSION}"
        )
    try:
        packed = base64.urlsafe_b64decode(coded)
    except (binascii.Error, ValueError):
        packed = b""
    if f"{zlib.crc32(packed):08x}" != checksum:
        raise BadInputError(f"{SOURCE}: is not whole: its checksum does not fit; copy all of it")
    return scenario_from_data(_unpacked(packed), SOURCE)


def _unpacked(packed: bytes) -> object:
    """What was packed; no more than a file may hold."""
    unpack = zlib.decompressobj()
    try:
        plain = unpack.decompress(packed, MOST_TEXT)
        whole = unpack.eof and not unpack.unconsumed_tail
        data: object = json.loads(plain) if whole else None
    except (zlib.error, ValueError, RecursionError):
        data = None
    if not isinstance(data, dict):
        raise BadInputError(f"{SOURCE}: holds no scenario, or one of more than {MOST_TEXT >> 20} MB")
    return data
