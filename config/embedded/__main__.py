"""The command line of ./run: start everything, or run one command against the same database."""

import argparse
import subprocess
import sys
from pathlib import Path

from config.embedded import environment, up
from config.embedded.folders import PROJECT, StartError, data_folder
from config.embedded.locks import FolderLocks


def parse(arguments: list[str]) -> argparse.Namespace:
    """The options of ./run; what follows `exec --` is left alone."""
    parser = argparse.ArgumentParser(prog="./run", description="Start Hurdle with everything it needs.")
    parser.add_argument("--port", type=port, default=8000, metavar="N", help="where to answer (default 8000)")
    parser.add_argument("--data", type=Path, default=PROJECT / ".hurdle", metavar="DIR", help="default .hurdle/")
    parser.add_argument("--no-sample", action="store_true", help="start empty: no made-up portfolio")
    parser.add_argument("--reset", action="store_true", help="first remove everything in the data folder")
    verbs = parser.add_subparsers(dest="verb", metavar="exec -- COMMAND")
    runner = verbs.add_parser("exec", help="run a manage.py command in the same environment against the same database")
    runner.add_argument("command", nargs=argparse.REMAINDER)
    options = parser.parse_args(arguments)
    if options.verb and not without_dashes(options.command):
        runner.error("name a command, for example: ./run exec -- create_token --help")
    return options


def port(text: str) -> int:
    """A port number from the command line."""
    if not (text.isdecimal() and 1 <= int(text) <= 65535):
        raise argparse.ArgumentTypeError(f"expected a number from 1 to 65535, got {text!r}")
    return int(text)


def without_dashes(command: list[str]) -> list[str]:
    """The command after the separating --."""
    return command[1:] if command[:1] == ["--"] else command


def run_command(data: Path, locks: FolderLocks, command: list[str]) -> int:
    """Runs one manage.py command, with servers of its own when none are running; its exit code is ours."""
    locks.users.take(shared=True, wait=True)
    if not locks.become_master(f"the command {command[0]}"):
        servers = environment.own_servers(data)
        for server in servers:
            server.wait_until_it_answers()
        return call(command, environment.environment(data, servers) | environment.remembered(data))
    with up.servers_only(data, locks) as variables:
        code = call(command, variables)
        locks.users.release()
        FolderLocks(data).users.take(wait=True)
    return code


def call(command: list[str], variables: dict[str, str]) -> int:
    """The exit code of a manage.py command; a signal counts as in the shell."""
    code = subprocess.run([sys.executable, PROJECT / "manage.py", *command], env=variables, check=False).returncode  # noqa: S603
    return code if code >= 0 else 128 - code


def main(arguments: list[str]) -> int:
    """Does what the command line asks; 1 when the start is refused."""
    options = parse(arguments)
    try:
        data = data_folder(options.data)
        locks = FolderLocks(data)
        if options.verb:
            return run_command(data, locks, without_dashes(options.command))
        return up.up(data, locks, options)
    except StartError as error:
        sys.stderr.write(f"./run: {error}\n")
        return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
