"""Data folders for real starts."""

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from config.embedded import folders
from tests.config.running import processes_of, wait_until


@pytest.fixture
def data() -> Iterator[Path]:
    """A data folder to be, with a space in its path; what a start leaves behind is removed."""
    yield from data_folder(0o711)


@pytest.fixture(scope="module")
def shared_data() -> Iterator[Path]:
    """The same for a whole module."""
    yield from data_folder(0o711)


@pytest.fixture
def private_data() -> Iterator[Path]:
    """A data folder below one that nobody else may enter."""
    yield from data_folder(0o700)


def data_folder(mode: int) -> Iterator[Path]:
    base = Path(tempfile.mkdtemp(prefix="hurdle-run-"))
    base.chmod(mode)
    data = base / "the data"
    yield data
    wait_until(lambda: not processes_of(data), 20)
    mark = folders.fingerprint(data)
    for left in [base, folders.SYSTEM_STATE / mark, *Path("/run").glob(f"hurdle-*-{mark}")]:
        shutil.rmtree(left, ignore_errors=True)
