"""Ways to spoil a file: of bytes, of text, of the parts of an archive. Each draws from the random stream it is given."""

import io
import json
import re
import zipfile

STRANGE = (
    "nan", "inf", "-inf", "1e999", "-1", "0", "1e300", "-0.0", "9" * 5000, "1" + "0" * 30, "", " ", "null", "true",
    "[]", "{}", "\\u0000", "\x1b[31m", "\u202e", "é", "$\\\\foo$", "'", '"', "a" * 1000, "../../etc/passwd", "0x10", "1_000",
    "2026-01-01", "[[[[[[[[", "{" * 2000, "[" * 3000,
)  # fmt: skip
TOKEN = re.compile(rb"-?\d+(?:\.\d+)?(?:e[+-]?\d+)?|\"[^\"\n]*\"|[A-Za-z_]+")


def cut(data, rng):
    """The end is missing."""
    return data[: int(rng.integers(0, max(1, len(data))))]


def flip(data, rng):
    """Some bytes are others."""
    spoiled = bytearray(data)
    for _ in range(int(rng.integers(1, 20))):
        if spoiled:
            spoiled[int(rng.integers(len(spoiled)))] = int(rng.integers(256))
    return bytes(spoiled)


def insert(data, rng):
    """Something stands where it should not."""
    at = int(rng.integers(0, len(data) + 1))
    return data[:at] + rng.bytes(int(rng.integers(1, 200))) + data[at:]


def drop(data, rng):
    """A piece is missing."""
    first, last = sorted(int(x) for x in rng.integers(0, len(data) + 1, 2))
    return data[:first] + data[last:]


def repeat(data, rng):
    """A piece is there twice."""
    first, last = sorted(int(x) for x in rng.integers(0, len(data) + 1, 2))
    return data[:last] + data[first:last] + data[last:]


def token(data, rng):
    """Numbers, words or texts are others."""
    found = list(TOKEN.finditer(data))
    for match in sorted(rng.choice(len(found), min(len(found), 3), replace=False).tolist(), reverse=True) if found else ():
        new = STRANGE[int(rng.integers(len(STRANGE)))].encode()
        data = data[: found[match].start()] + new + data[found[match].end() :]
    return data


def lines(data, rng):
    """Lines are in another order, or end in another way."""
    parts = data.split(b"\n")
    rng.shuffle(parts)
    return [b"\r\n", b"\r", b"\n\n", b"\n"][int(rng.integers(4))].join(parts)


def mark(data, _rng):
    """A byte order mark stands in front."""
    return b"\xef\xbb\xbf" + data


def wide(data, _rng):
    """Another encoding."""
    return data.decode("utf-8", "replace").encode("utf-16")


def blank(_data, rng):
    """Nothing but zeros."""
    return b"\0" * int(rng.integers(0, 5000))


def nested(_data, rng):
    """JSON so deep that a reader that calls itself for each level ends."""
    return b"[" * int(rng.integers(1000, 200_000))


def members(data, rng):
    """Parts of an archive are spoiled, missing, or too many."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            parts = [(name, archive.read(name)) for name in archive.namelist()]
    except zipfile.BadZipFile:
        return flip(data, rng)
    which = int(rng.integers(len(parts)))
    name, content = parts[which]
    kind = int(rng.integers(6))
    if kind == 0:
        del parts[which]
    elif kind == 1:
        parts[which] = (name, flip(content, rng))
    elif kind == 2:
        parts[which] = (name, cut(content, rng))
    elif kind == 3:
        parts[which] = (name, content.replace(b"(", b"(99999999999, ", 1))
    elif kind == 4:
        parts.append(("needless.npy", _needless()))
    else:
        parts[which] = (name, token(content, rng))
    spoiled = io.BytesIO()
    with zipfile.ZipFile(spoiled, "w", zipfile.ZIP_DEFLATED) as archive:
        for each, content in parts:
            archive.writestr(each, content)
    return spoiled.getvalue()


def _needless():
    """An array of zeros that takes 1.5 GB once it is read, and 1.5 MB as it lies."""
    size = 200_000_000
    header = json.dumps({"descr": "<f8", "fortran_order": False, "shape": size}).replace('"', "'")
    header = header.replace("false", "False").replace(f"{size}", f"({size},)") + " " * 20 + "\n"
    return b"\x93NUMPY\x01\x00" + len(header).to_bytes(2, "little") + header.encode() + b"\0" * 1_000_000


BYTES = (cut, flip, insert, drop, repeat, blank)
TEXT = (*BYTES, token, token, token, lines, mark, wide, nested)
ARCHIVE = (*BYTES, members, members, members)
