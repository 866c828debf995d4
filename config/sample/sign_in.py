"""The ready sign-in of the sample, kept beside the data so that every start can show it."""

import json
from pathlib import Path

FILE = "sample-sign-in.json"


def keep(folder: Path, email: str, password: str) -> None:
    """Writes the sign-in to a file that only its owner may read."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / FILE
    path.touch(mode=0o600)
    path.write_text(json.dumps({"email": email, "password": password}))


def kept(folder: Path) -> dict[str, str] | None:
    """The mail address and password as loaded, or None where no sample was loaded from here."""
    path = folder / FILE
    if not path.exists():
        return None
    found: dict[str, str] = json.loads(path.read_text())
    return found
