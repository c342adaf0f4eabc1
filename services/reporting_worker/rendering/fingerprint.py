"""What a rendering depends on besides its snapshot. Equal fingerprints and equal snapshots give equal bytes."""

import hashlib
from functools import cache
from importlib.metadata import version
from pathlib import Path

import vl_convert

from services.reporting_worker.rendering.resources import FONTS, GEOMETRY, HERE, TEMPLATES


def tree_digest(root: Path, pattern: str) -> str:
    """SHA-256 over the names and bytes of the files below a folder that match, in the order of their names."""
    digest = hashlib.sha256()
    for path in sorted(root.glob(pattern)):
        content = path.read_bytes()
        digest.update(f"{path.name}\0{len(content)}\0".encode())
        digest.update(content)
    return digest.hexdigest()


@cache
def fingerprint() -> dict[str, str]:
    """Versions of the libraries and digests of code, templates, fonts and geometry; stored with the edition."""
    return {
        "typst": version("typst"),
        "vl_convert": version("vl-convert-python"),
        "vega": str(vl_convert.get_vega_version()),
        "jinja2": version("jinja2"),
        "code": tree_digest(HERE, "*.py"),
        "templates": tree_digest(TEMPLATES, "*"),
        "fonts": tree_digest(FONTS, "*.*"),
        "geometry": hashlib.sha256(GEOMETRY.read_bytes()).hexdigest(),
    }
