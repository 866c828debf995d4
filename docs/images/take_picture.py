"""Takes the README's picture of the overview from a running Hurdle with the sample.

Run: .venv/bin/python docs/images/take_picture.py http://127.0.0.1:8000 admin@sample.hurdle.local PASSWORD
`./run` prints the address and the sign-in. Writes overview-light.png beside this file, in the 256 colours that occur
most: flat areas and text need no more, and the file is a third as large.
"""

import shutil
import struct
import sys
import zlib
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from playwright.sync_api import sync_playwright

WIDTH, HEIGHT, MARGIN = 1200, 900, 16
MOST_BYTES = 200_000
COLOURS = 256
MARK = b"\x89PNG\r\n\x1a\n"
RGB, PALETTE = 2, 3


def photograph(base: str, login: str, password: str) -> bytes:
    """The overview from its head to the decisions and the first chart, as Chromium writes it."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": WIDTH, "height": HEIGHT}, color_scheme="light")
        page.goto(f"{base}/login/")
        page.fill("input[name=login]", login)
        page.fill("input[type=password]", password)
        page.press("input[type=password]", "Enter")
        page.wait_for_url(f"{base}/")
        page.wait_for_load_state("networkidle")
        end: int = page.evaluate("Math.ceil(document.querySelector('.grid.first').getBoundingClientRect().bottom)")
        clip = {"x": 0, "y": 0, "width": WIDTH, "height": end + MARGIN}
        shot = page.screenshot(full_page=True, clip=clip)  # type: ignore[arg-type]
        browser.close()
        return shot


def chunks(png: bytes) -> Iterator[tuple[bytes, bytes]]:
    """The parts of a PNG file: name and content."""
    at = len(MARK)
    while at < len(png):
        length, name = struct.unpack(">I4s", png[at : at + 8])
        yield name, png[at + 8 : at + 8 + length]
        at += 12 + length


def pixels(png: bytes) -> np.ndarray:
    """(height, width, 3) the colours of an RGB picture, with the filters of its rows undone."""
    held = list(chunks(png))
    width, height, depth, kind = struct.unpack(">IIBB", held[0][1][:10])
    if (depth, kind) != (8, RGB):
        sys.exit("Chromium wrote another kind of picture than expected.")
    data = zlib.decompress(b"".join(content for name, content in held if name == b"IDAT"))
    lines = np.frombuffer(data, np.uint8).reshape(height, 1 + 3 * width)
    found = np.zeros((height + 1, width + 1, 3), np.int64)
    for row, line in enumerate(lines, start=1):
        plain(int(line[0]), line[1:].reshape(width, 3).astype(np.int64), found[row - 1], found[row])
    return found[1:, 1:].astype(np.uint8)


def plain(kind: int, line: np.ndarray, above: np.ndarray, into: np.ndarray) -> None:
    """Undoes a row's filter: what was taken off each pixel, of those left of it and above it."""
    if kind == 0:
        into[1:] = line
    elif kind == 1:
        into[1:] = np.cumsum(line, axis=0) % 256
    elif kind == 2:
        into[1:] = (line + above[1:]) % 256
    else:
        for at in range(1, len(into)):
            left, up, corner = into[at - 1], above[at], above[at - 1]
            into[at] = (line[at - 1] + ((left + up) // 2 if kind == 3 else paeth(left, up, corner))) % 256


def paeth(left: np.ndarray, up: np.ndarray, corner: np.ndarray) -> np.ndarray:
    """Whichever of the three is nearest to left + up - corner."""
    guess = left + up - corner
    far = [np.abs(guess - each) for each in (left, up, corner)]
    return np.where((far[0] <= far[1]) & (far[0] <= far[2]), left, np.where(far[1] <= far[2], up, corner))


def in_few_colours(picture: np.ndarray) -> bytes:
    """The picture as PNG in its most frequent colours; every other colour becomes the nearest of them."""
    height, width, _ = picture.shape
    known, places, counts = np.unique(picture.reshape(-1, 3), axis=0, return_inverse=True, return_counts=True)
    palette = known[np.argsort(-counts)[:COLOURS]].astype(np.int64)
    nearest = [int(np.argmin(((palette - colour) ** 2).sum(axis=1))) for colour in known.astype(np.int64)]
    rows = np.array(nearest, np.uint8)[places.reshape(-1)].reshape(height, width)
    lines = np.hstack([np.zeros((height, 1), np.uint8), rows]).tobytes()
    parts = (
        (b"IHDR", struct.pack(">IIBBBBB", width, height, 8, PALETTE, 0, 0, 0)),
        (b"PLTE", palette.astype(np.uint8).tobytes()),
        (b"IDAT", zlib.compress(lines, 9)),
        (b"IEND", b""),
    )
    return MARK + b"".join(
        struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))
        for name, content in parts
    )


def main() -> None:
    """Photographs, reduces and writes the picture; refuses one that is too large."""
    written = in_few_colours(pixels(photograph(*sys.argv[1:])))
    if len(written) > MOST_BYTES:
        sys.exit(f"{len(written)} bytes are more than {MOST_BYTES}.")
    (Path(__file__).parent / "overview-light.png").write_bytes(written)
    sys.stdout.write(f"{len(written)} bytes\n")


if __name__ == "__main__":
    main()
