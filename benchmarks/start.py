"""How long does ./run take: on a fresh clone with no package cache, once more, and to its end?

Usage: python benchmarks/start.py [--rounds N]. Clones the last commit into a temporary folder and removes it.
"""

import argparse
import json
import os
import resource
import signal
import socket
import subprocess
import tempfile
import time
import urllib.error
import urllib.request
from pathlib import Path
from statistics import median

PROJECT = Path(__file__).resolve().parent.parent
LIMITS = {"cold start": 60.0, "warm start": 5.0, "end": 10.0}


def free_port() -> int:
    """A port that nobody uses now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def is_ready(port: int) -> bool:
    """Whether /readyz is green."""
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz", timeout=5) as answer:
            return bool(answer.status == 200)
    except (urllib.error.URLError, OSError):
        return False


def start_and_end(clone: Path, home: Path) -> tuple[float, float, float]:
    """Seconds from the command to a green /readyz, from Ctrl+C to the end, and of processor time for all of it."""
    port, begin, used = free_port(), time.monotonic(), processor_seconds()
    variables = {"PATH": os.environ["PATH"], "HOME": str(home), "LANG": "C.UTF-8", "PIP_NO_CACHE_DIR": "1"}
    run = subprocess.Popen([clone / "run", "--port", str(port)], env=variables, stdout=subprocess.DEVNULL)
    while not is_ready(port):
        if run.poll() is not None:
            raise SystemExit("./run ended by itself")
        time.sleep(0.05)
    ready = time.monotonic() - begin
    run.send_signal(signal.SIGINT)
    begin = time.monotonic()
    run.wait()
    return ready, time.monotonic() - begin, processor_seconds() - used


def processor_seconds() -> float:
    """Processor time of everything started here that has ended."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def main() -> None:
    """Prints a table and one JSON line."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--rounds", type=int, default=3, help="warm starts to measure; the median counts")
    rounds = parser.parse_args().rounds
    with tempfile.TemporaryDirectory(prefix="hurdle-start-") as base:
        os.chmod(base, 0o711)  # noqa: S103 (the database's user must reach it)
        clone, home = Path(base, "project"), Path(base, "home")
        home.mkdir()
        subprocess.run(["git", "clone", "-q", "--no-local", PROJECT, clone], check=True)
        cold, _, cold_processor = start_and_end(clone, home)
        warm = [start_and_end(clone, home) for _ in range(rounds)]
    starts, ends, processors = (median(column) for column in zip(*warm, strict=True))
    rows = [("cold start", cold, cold_processor), ("warm start", starts, processors), ("end", ends, 0.0)]
    for name, seconds, processor in rows:
        print(f"{name:12} {seconds:6.1f} s   goal {LIMITS[name]:3.0f} s   processor {processor:5.1f} s")
    seconds_by_name = {name: round(seconds, 2) for name, seconds, _ in rows}
    print(json.dumps({"cores": os.cpu_count(), "load": round(os.getloadavg()[0], 1), **seconds_by_name}))


if __name__ == "__main__":
    main()
