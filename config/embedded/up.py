"""What ./run does, step by step."""

import argparse
import http.client
import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from config.embedded import environment, programs
from config.embedded.children import Program
from config.embedded.environment import HOST
from config.embedded.folders import PROJECT, StartError, data_folder
from config.embedded.locks import FolderLocks
from config.embedded.postgres import Postgres
from config.embedded.supervisor import AskedToEnd, Supervisor, say

READY_SECONDS = 180
WELCOME = """
  Hurdle is ready:  {url}
  Sign in:          {sign_in}
  Data:             {data}
  Mail:             {mail}
  Logs:             {logs}
  Stop:             Ctrl+C
"""


@contextmanager
def servers_only(data: Path, locks: FolderLocks) -> Iterator[dict[str, str]]:
    """Embedded servers for the length of one command; inside, the environment that leads to them."""
    supervisor = Supervisor(locks.children.descriptor)
    servers = environment.own_servers(data)
    try:
        for server in servers:
            supervisor.start(server)
        variables = environment.remembered(data) | environment.environment(data, servers)
        variables |= start_mail_sink(supervisor, data, variables)
        if any(isinstance(server, Postgres) for server in servers):
            prepare(supervisor, data, variables, "--no-sample", "--no-static")
        yield variables
    finally:
        supervisor.stop()


def up(data: Path, locks: FolderLocks, options: argparse.Namespace) -> int:
    """Starts everything, says where it is, and stays until it is asked to end.

    Raises:
        StartError: it is running already, or something does not start.
    """
    if not locks.become_master(f"./run --port {options.port}"):
        raise StartError(f"Hurdle is running already with the data in {data}: {locks.master.read()}")
    if options.reset:
        environment.empty(data)
        data_folder(data)
    supervisor = Supervisor(locks.children.descriptor)
    try:
        found = start_everything(supervisor, data, options)
        supervisor.wait_for("The start", READY_SECONDS, lambda: ready(options.port))
        supervisor.settled = True
        say(welcome(data, options.port, found))
        while True:
            supervisor.rest()
    except AskedToEnd:
        say("Ending ...")
        return 0
    finally:
        supervisor.stop()


def start_everything(supervisor: Supervisor, data: Path, options: argparse.Namespace) -> dict[str, Any]:
    """Starts servers, brings the tables up to date, starts programs; returns what was found in the database."""
    listener = environment.listen(options.port)
    servers = environment.own_servers(data)
    say("Starting the servers ...")
    for server in servers:
        supervisor.start(server)
    variables = {"BASE_URL": f"http://{HOST}:{options.port}"} | environment.environment(data, servers)
    variables |= start_mail_sink(supervisor, data, variables)
    environment.remember(data, variables)
    say("Preparing the database and the pages; the first time this takes a while ...")
    found = prepare(supervisor, data, variables, *(["--no-sample"] if options.no_sample else []))
    supervisor.start(programs.web(data, variables, listener))
    supervisor.start(programs.worker(data, variables))
    supervisor.start(programs.scheduler(data, variables))
    return found


def start_mail_sink(supervisor: Supervisor, data: Path, variables: dict[str, str]) -> dict[str, str]:
    """Starts the sink unless the environment names a mail server; the variables that lead to it."""
    if environment.given("EMAIL_HOST"):
        return {}
    listener = environment.listen(0)
    supervisor.start(programs.mail_sink(data, variables, listener))
    port = str(listener.getsockname()[1])
    return {"EMAIL_HOST": HOST, "EMAIL_PORT": port, "HURDLE_SINK_PORT": port}


def prepare(supervisor: Supervisor, data: Path, variables: dict[str, str], *options: str) -> dict[str, Any]:
    """Runs the prepare command to its end; its last line says what is in the database.

    Raises:
        StartError: it failed, for example because a setting is wrong.
    """
    log = data / "logs" / "prepare.log"
    log.unlink(missing_ok=True)
    command = Program("preparation", log, variables, str(PROJECT / "manage.py"), "prepare", *options)
    if supervisor.run(command):
        raise StartError(f"The preparation failed. {log} ends:\n{command.log_tail()}")
    result: dict[str, Any] = json.loads(command.log_tail(1))
    return result


def ready(port: int) -> bool:
    """Whether the web server says that everything works."""
    connection = http.client.HTTPConnection(HOST, port, timeout=5)
    try:
        connection.request("GET", "/readyz")
        return connection.getresponse().status == http.HTTPStatus.OK
    except OSError:
        return False
    finally:
        connection.close()


def welcome(data: Path, port: int, found: dict[str, Any]) -> str:
    """The block that a person needs."""
    url = f"http://{HOST}:{port}/"
    sign_in = "with your account"
    if found.get("empty"):
        sign_in = f"nobody is there yet: {url}setup/"
    elif found.get("sample"):
        sign_in = "{email}  password {password}  (made-up sample)".format(**found["sample"])
    mail = (
        "goes to your EMAIL_HOST" if environment.given("EMAIL_HOST") else f"stays here: {url}mail/ and {data / 'mail'}"
    )
    return WELCOME.format(url=url, sign_in=sign_in, data=data, mail=mail, logs=data / "logs")
