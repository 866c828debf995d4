"""Static files as they are served: one file for what a page asks for, without comments and spaces.

In development and tests the files are served as they are written; the browser follows their imports itself.
"""

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from whitenoise.storage import CompressedManifestStaticFilesStorage

BUNDLES = ("js/charts.js", "css/page.css")
CSS_IMPORT = re.compile(r'@import url\("(?P<file>[\w./-]+)"\)(?: (?P<medium>\w+))?;\n?')
IMPORT = re.compile(r'^import \{ (?P<names>[\w, ]+) \} from "(?P<file>\./[\w./-]+)";$', re.MULTILINE)
EXPORT = re.compile(r"^export (?P<what>const|function|async function) (?P<name>\w+)", re.MULTILINE)
COLOUR = re.compile(r"#[0-9A-F]{3,8}\b")
SIBLINGS = re.compile(r" ([+~]) (?=[^{}]*\{)")
COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)


class BundledStorage(CompressedManifestStaticFilesStorage):  # type: ignore[misc]
    """Collected files in which each bundle holds what it imports."""

    def post_process(self, paths: Mapping[str, Any], dry_run: bool = False, **options: Any) -> Iterator[Any]:
        """Writes the bundles before names get their hashes and files are compressed."""
        if dry_run:
            return
        texts = {name: bundled(Path(self.path(name))) for name in BUNDLES if name in paths}
        for name, text in texts.items():
            Path(self.path(name)).write_text(text)
        yield from super().post_process({**paths, **{name: (self, name) for name in texts}}, dry_run, **options)


def bundled(path: Path) -> str:
    """The file with everything that it imports inside it."""
    if path.suffix == ".css":
        return _tight(CSS_IMPORT.sub(lambda found: _sheet(path.parent, found), path.read_text()))
    seen: dict[Path, str] = {}
    entry = _module(path, seen)
    return "\n".join([*seen.values(), entry])


def _sheet(folder: Path, found: re.Match[str]) -> str:
    """The text of a style sheet, for its medium where it is for one only."""
    text = (folder / found["file"]).read_text()
    return f"@media {found['medium']} {{ {text} }}" if found["medium"] else text


def _module(path: Path, seen: dict[Path, str]) -> str:
    """The text of a module, once what it imports stands in `seen` before it."""

    def taken(found: re.Match[str]) -> str:
        other = (path.parent / found["file"]).resolve()
        if other not in seen:
            seen[other] = _closed(other, _module(other, seen))
        return f"const {{ {found['names']} }} = {_name(other)};"

    return IMPORT.sub(taken, path.read_text())


def _closed(path: Path, text: str) -> str:
    """A module as a function of its own, so that no name meets another's."""
    names = ", ".join(found["name"] for found in EXPORT.finditer(text))
    body = EXPORT.sub(r"\g<what> \g<name>", text)
    return f"const {_name(path)} = (() => {{\n{body}\nreturn {{ {names} }};\n}})();"


def _name(path: Path) -> str:
    return f"module_{path.stem}"


def _tight(css: str) -> str:
    """A style sheet without comments and without spaces that mean nothing."""
    text = re.sub(r"\s+", " ", COLOUR.sub(lambda found: found[0].lower(), COMMENT.sub("", css)))
    text = SIBLINGS.sub(r"\1", text)
    return re.sub(r": ", ":", re.sub(r" ?([{};,>]) ?", r"\1", text)).replace(";}", "}").strip()
