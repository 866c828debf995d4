"""The programs of a running Hurdle: mail sink, web server, worker, scheduler."""

import signal
import socket
from collections.abc import Mapping
from pathlib import Path

from config.embedded.children import Program

WORKER_PROCESSES = 4  # a sweep, an import and the totals may run for long; one is left for what people wait for
CELERY = ("-m", "celery", "--app", "config.celery")


class CeleryProgram(Program):
    """The worker or the scheduler.

    Asked politely it finishes its task; when the supervisor is gone it ends at once, since unfinished work is a row.
    """

    death_signal = signal.SIGQUIT


def mail_sink(data: Path, variables: Mapping[str, str], listener: socket.socket) -> Program:
    """Keeps every mail as a file in the data folder."""
    arguments = ("-m", "config.embedded.mailsink", str(listener.fileno()), str(data / "mail"))
    return Program("mail sink", data / "logs" / "mail.log", variables, *arguments, listener=listener)


def web(data: Path, variables: Mapping[str, str], listener: socket.socket) -> Program:
    """Answers requests."""
    arguments = ("-m", "config.embedded.serve", str(listener.fileno()))
    return Program("web server", data / "logs" / "web.log", variables, *arguments, listener=listener)


def worker(data: Path, variables: Mapping[str, str]) -> Program:
    """Does the jobs."""
    options = ("--concurrency", str(WORKER_PROCESSES), "--without-gossip", "--without-mingle", "--loglevel", "INFO")
    return CeleryProgram("worker", data / "logs" / "worker.log", variables, *CELERY, "worker", *options)


def scheduler(data: Path, variables: Mapping[str, str]) -> Program:
    """Rings for the jobs that are due."""
    options = ("--schedule", str(data / "schedule"), "--pidfile=", "--loglevel", "INFO")
    return CeleryProgram("scheduler", data / "logs" / "scheduler.log", variables, *CELERY, "beat", *options)
