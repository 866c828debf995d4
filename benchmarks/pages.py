"""How fast is each page, what does it weigh, and is it sound?

Usage, beside a running `./run --port N --data DIR`:
    .venv/bin/python benchmarks/pages.py --data DIR [--sizes 12 1000 10000] [--requests 200] [--no-browser]
Loads made-up portfolios of these sizes where they are missing (10,000 initiatives take some minutes), signs a reader in
and prints two tables as Markdown and one JSON line. A cell that breaks its budget has an exclamation mark.

Milliseconds are those that one client on this machine waits for the web server of ./run, over a kept connection. Other
work on the machine makes them longer, so the processor time of the web server and of the database beside it, which
neighbours hardly change, is what to compare. It counts all that both do meanwhile.
"""

import argparse
import http.client
import json
import os
import subprocess
import threading
import time
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import median, quantiles
from typing import Any
from urllib.parse import urlsplit

from pages_looks import Looks, looks_of

PROJECT = Path(__file__).resolve().parent.parent
COOKIE = "hurdle_session"
CLIENTS = 8
SECONDS_OF_CLIENTS = 4
TICKS = os.sysconf("SC_CLK_TCK")
LISTS = (
    "/",
    "/initiatives/",
    *(f"/initiatives/?{filtered}" for filtered in (
        "q=12", "owner=a", "stage=pilot", "status=unlikely", "cause=integration", "signal=any", "age=30", "page=4",
        "columns=status,range,roi,chance,net,plan,to_date,risk,stage,recorded,why,unit,owner",
    )),
    *(f"/initiatives/?sort={order}" for order in (
        "name", "roi", "-chance", "-net", "plan", "to_date", "-risk", "stage", "recorded", "-signals", "unit", "owner",
    )),
    "/risk/", "/alerts/", "/audit/", "/find?q=12", "/find?q=costs",
)  # fmt: skip
OTHERS = (
    "/initiatives/{key}/", "/initiatives/{key}/value/", "/initiatives/{key}/kpis/", "/initiatives/{key}/costs/",
    "/initiatives/{key}/history/", "/figures/{snapshot}-roi_forecast/", "/initiatives/new/", "/reports/", "/import/",
    "/settings/", "/settings/people/", "/me/preferences/", "/method/", "/help/keys/",
)  # fmt: skip
SEEN = ("/", "/initiatives/", "/risk/", "/alerts/", "/audit/", "/find?q=12", *OTHERS)
LONGEST_P95 = 40.0
LARGEST_GROWTH = 1.3
BUDGETS = {"css": 8, "js": 100, "all": 120, "requests": 8, "lcp": 1200, "slow_lcp": 2000, "shift": 0.02, "nodes": 1500}
HTML_BUDGET, HTML_BUDGET_OF_OVERVIEW = 20, 12


@dataclass(frozen=True)
class Timed:
    """Milliseconds that one client waited, and of processor time per request."""

    p50: float
    p95: float
    web: float
    database: float
    bytes: int


class Server:
    """The web server that listens at an address, and the embedded database beside it, as processes."""

    def __init__(self, base: str, data: Path) -> None:
        self.netloc = urlsplit(base).netloc
        self.web = _listener_on(int(urlsplit(base).port or 80))
        note = data / "postgres" / "postmaster.pid"
        self.database = int(note.read_text().split()[0]) if note.exists() else 0

    def processor(self) -> dict[int, float]:
        """Milliseconds so far of the web server, and of each process of its database."""
        return {pid: _used(pid) for pid in _all() if pid == self.web or _stat(pid)[1:2] == [str(self.database)]}

    def spent(self, before: Mapping[int, float]) -> tuple[float, float]:
        """Milliseconds since: of the web server, and of the database."""
        spent = {pid: used - before.get(pid, 0.0) for pid, used in self.processor().items()}
        web = spent.pop(self.web, 0.0)
        return web, sum(spent.values())

    def connect(self) -> http.client.HTTPConnection:
        """A connection that is kept."""
        return http.client.HTTPConnection(self.netloc, timeout=60)


def _listener_on(port: int) -> int:
    """The process that serves pages on a port."""
    lines = [line.split() for line in Path("/proc/net/tcp").read_text().splitlines()[1:]]
    inodes = {line[9] for line in lines if line[3] == "0A" and int(line[1].rpartition(":")[2], 16) == port}
    found = [pid for pid in _all() if "config.embedded.serve" in _text(pid, "cmdline") and _sockets(pid) & inodes]
    if not found:
        raise SystemExit(f"Nothing of ours listens on port {port}: start ./run first.")
    return max(found)


def _all() -> list[int]:
    return [int(each.name) for each in Path("/proc").iterdir() if each.name.isdigit()]


def _text(pid: int, name: str) -> str:
    try:
        return Path(f"/proc/{pid}/{name}").read_text().replace("\0", " ")
    except OSError:
        return ""


def _stat(pid: int) -> list[str]:
    """The fields of a process after its name: state, parent, …"""
    return _text(pid, "stat").rpartition(") ")[2].split()


def _used(pid: int) -> float:
    fields = _stat(pid)
    return 1000 * sum(map(int, fields[11:13])) / TICKS if fields else 0.0


def _sockets(pid: int) -> set[str]:
    try:
        links = [os.readlink(each) for each in Path(f"/proc/{pid}/fd").iterdir()]
    except OSError:
        return set()
    return {link[8:-1] for link in links if link.startswith("socket:[")}


def prepare(data: Path, sizes: list[int], addresses: list[str]) -> dict[str, Any]:
    """Portfolios, sessions and queries, from the installation itself."""
    variables = {"SIZES": " ".join(map(str, sizes)), "ADDRESSES": json.dumps(addresses)}
    script = (PROJECT / "benchmarks" / "pages_prepare.py").read_text()
    command = [PROJECT / "run", "--data", data, "exec", "--", "shell", "--verbosity", "0"]
    done = subprocess.run(command, input=script, env=os.environ | variables, capture_output=True, text=True)
    if done.returncode:
        raise SystemExit(done.stderr)
    return json.loads(done.stdout.splitlines()[-1])  # type: ignore[no-any-return]


def get(connection: http.client.HTTPConnection, path: str, session: str) -> bytes:
    """The body of a page; the measurement ends where it is not there."""
    connection.request("GET", path, headers={"Cookie": f"{COOKIE}={session}", "Accept-Encoding": "gzip"})
    answer = connection.getresponse()
    body = answer.read()
    if answer.status != 200:
        raise SystemExit(f"{path} answered {answer.status}")
    return body


def timed(server: Server, path: str, session: str, requests: int) -> Timed:
    """One client that asks for a page again and again."""
    connection, times = server.connect(), []
    for _ in range(3):
        body = get(connection, path, session)
    before = server.processor()
    for _ in range(requests):
        started = time.perf_counter()
        get(connection, path, session)
        times.append(1000 * (time.perf_counter() - started))
    web, database = server.spent(before)
    connection.close()
    return Timed(median(times), quantiles(times, n=20)[-1], web / requests, database / requests, len(body))


def rate_of_clients(server: Server, path: str, session: str) -> float:
    """Requests per second that CLIENTS clients get answered together; they share the machine with the server."""
    counts, end = [0] * CLIENTS, time.perf_counter() + SECONDS_OF_CLIENTS

    def ask(number: int) -> None:
        connection = server.connect()
        while time.perf_counter() < end:
            get(connection, path, session)
            counts[number] += 1
        connection.close()

    threads = [threading.Thread(target=ask, args=[number]) for number in range(CLIENTS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sum(counts) / SECONDS_OF_CLIENTS


def judged(value: float, most: float, digits: int = 0) -> str:
    """A cell, with a mark where it breaks its budget."""
    return f"{value:.{digits}f}{'!' if value > most else ''}"


def speed_row(path: str, sizes: list[int], found: Mapping[str, Any], rate: float) -> list[str]:
    """A row of the table of times."""
    times: list[Timed] = [found[str(size)]["times"][path] for size in sizes]
    counts = {found[str(size)]["queries"][path] for size in sizes}
    growth = times[-1].p50 / times[-2].p50 if len(times) > 1 else 1.0
    work = [each.web + each.database for each in times]
    grown = work[-1] / work[-2] if len(work) > 1 and work[-2] else 1.0
    is_listed = path in LISTS
    return [
        f"`{path}`", " to ".join(map(str, sorted(counts))) + "!" * (len(counts) > 1),
        *(f"{each.p50:.0f} / {judged(each.p95, LONGEST_P95 if is_listed else 1e9)}" for each in times),
        judged(growth, LARGEST_GROWTH if is_listed else 1e9, 2),
        f"{times[-1].web:.0f} + {times[-1].database:.0f}", judged(grown, LARGEST_GROWTH if is_listed else 1e9, 2),
        f"{rate:.0f}",
    ]  # fmt: skip


def looks_row(path: str, looks: Looks) -> list[str]:
    """A row of the table of weight and looks."""
    kilobytes = {kind: looks.bytes[kind] / 1000 for kind in ("html", "css", "js")}
    html = HTML_BUDGET_OF_OVERVIEW if path == "/" else HTML_BUDGET
    return [
        f"`{path}`", judged(kilobytes["html"], html, 1), judged(kilobytes["css"], BUDGETS["css"], 1),
        judged(kilobytes["js"], BUDGETS["js"], 1), judged(sum(looks.bytes.values()) / 1000, BUDGETS["all"], 1),
        judged(looks.requests, BUDGETS["requests"]), judged(looks.lcp, BUDGETS["lcp"]),
        judged(looks.slow_lcp, BUDGETS["slow_lcp"]), judged(looks.shift, BUDGETS["shift"], 3),
        judged(looks.nodes, BUDGETS["nodes"]), judged(len(looks.axe), 0), judged(len(looks.console), 0),
        judged(len(looks.csp), 0),
    ]  # fmt: skip


def table(heading: list[str], rows: list[list[str]]) -> str:
    """A table as Markdown."""
    lines = [heading, ["---", *["---:"] * (len(heading) - 1)], *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines) + "\n"


def load() -> str:
    """How many processes wanted a processor in the last minute, beside how many there are."""
    return f"load {os.getloadavg()[0]:.1f} on {os.cpu_count()} processors"


def main() -> None:
    """Prints the tables and one JSON line."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--data", type=Path, required=True, help="the data folder of the running ./run")
    parser.add_argument("--sizes", type=int, nargs="+", default=[12, 1000, 10_000], help="initiatives, ascending")
    parser.add_argument("--requests", type=int, default=200, help="of one page at one size")
    parser.add_argument("--only", default="", help="only addresses that hold this")
    parser.add_argument("--no-browser", action="store_true", help="times only")
    options = parser.parse_args()
    base = json.loads((options.data / "addresses.json").read_text())["BASE_URL"]
    server = Server(base, options.data)
    addresses = [each for each in (*LISTS, *OTHERS) if options.only in each]
    found = prepare(options.data, options.sizes, addresses)
    print(f"{load()} before")
    rates = speed(server, options.sizes, addresses, found, options.requests)
    wanted = [] if options.no_browser else [each for each in SEEN if options.only in each]
    looks = seen(base, found[str(options.sizes[-1])], wanted)
    print(f"{load()} after")
    times = {size: {path: asdict(each) for path, each in of["times"].items()} for size, of in found.items()}
    print(json.dumps({"times": times, "rates": rates, "looks": {path: asdict(each) for path, each in looks.items()}}))


def speed(
    server: Server, sizes: list[int], addresses: list[str], found: Mapping[str, Any], requests: int
) -> dict[str, float]:
    """Adds the times of each size to what was found, prints them, and returns requests per second at the largest."""
    for size in sizes:
        of = found[str(size)]
        paths = {each: each.format(**of["words"]) for each in addresses}
        of["times"] = {each: timed(server, path, of["session"], requests) for each, path in paths.items()}
    rates = {each: rate_of_clients(server, path, of["session"]) for each, path in paths.items()}
    heading = ["page", "queries", *(f"p50 / p95 ms at {size}" for size in sizes), "growth"]
    heading += ["processor ms: web + database", "its growth", f"requests a second, {CLIENTS} clients"]
    print(table(heading, [speed_row(each, sizes, found, rates[each]) for each in addresses]))
    return rates


def seen(base: str, of: Mapping[str, Any], addresses: list[str]) -> dict[str, Looks]:
    """The pages in the browser, printed."""
    paths = {each: each.format(**of["words"]) for each in addresses}
    found = looks_of(base, (COOKIE, of["session"]), list(paths.values())) if paths else {}
    looks = {each: found[path] for each, path in paths.items()}
    heading = ["page", "HTML KB", "CSS KB", "JS KB", "all KB", "requests", "LCP ms", "throttled", "shift", "nodes"]
    print(table([*heading, "axe", "console", "CSP"], [looks_row(each, looks[each]) for each in looks]))
    for each, look in looks.items():
        for fault in dict.fromkeys([*look.axe, *look.console, *look.csp]):
            print(f"- `{each}`: {fault}")
    return looks


if __name__ == "__main__":
    main()
