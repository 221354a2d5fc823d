"""jobs.py - runs of a training program, some at a time, each once: a result that is there is not made again. Twin: docs/trainer.md

A job's stdout becomes its result when it ends with exit 0; its stderr is its log. A job that fails ends the others and the program, exit 3 and one line."""
import collections
import concurrent.futures
import os
import re
import shlex
import signal
import subprocess
import threading

from sw.cli.flx_cli import INPUT, STOPPED, TOOL, Progress, fail
from sw.cli.flx_output import Output

# extra: files that are no longer needed when the result is there.
Job = collections.namedtuple("Job", "name command result log extra", defaults=((),))


def number(name, default):
    """Of the environment, a whole number of 1 or more."""
    text = os.environ.get(name) or str(default)
    if not re.fullmatch("[1-9][0-9]{0,8}", text):
        fail(f"{name} is {text}, expected a number of 1 to 999999999", INPUT)
    return int(text)


def real(name, default):
    """Of the environment, a number as options of the programs take it."""
    text = os.environ.get(name) or str(default)
    if not re.fullmatch(r"-?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?", text, re.A):
        fail(f"{name} is {text}, expected a number", INPUT)
    return text


def words(name, default):
    """Of the environment, separated by spaces."""
    return os.environ.get(name, "").split() or default.split()


def at_once():
    return number("JOBS", os.cpu_count() or 1)


class _Running:
    """What runs now, so that one failure ends the rest."""

    def __init__(self):
        self.lock, self.all, self.stopped = threading.Lock(), set(), False

    def start(self, command, **files):
        with self.lock:
            if self.stopped:
                return None
            process = subprocess.Popen(command, stdin=subprocess.DEVNULL, **files)
            self.all.add(process)
            return process

    def ended(self, process):
        with self.lock:
            self.all.discard(process)

    def stop(self):
        with self.lock:
            self.stopped = True
            for process in self.all:
                process.send_signal(signal.SIGTERM)


def _run(job, running, environment):
    """Exit code; None if it was not started."""
    if running.stopped:
        return None
    os.makedirs(os.path.dirname(job.result) or ".", exist_ok=True)
    out, code = Output(job.result), None
    try:
        with open(job.log, "wb") as log:
            process = running.start(job.command, stdout=out.file, stderr=log, env=environment)
            if process is not None:
                code = process.wait()
                running.ended(process)
    finally:
        if code != 0:
            out.discard()
    if code == 0:
        out.close()
        for path in job.extra:
            if os.path.exists(path):
                os.remove(path)
    return code


def last_line(path):
    with open(path, encoding="utf-8", errors="replace") as file:
        return (file.read().strip().splitlines() or ["it said nothing"])[-1]


def _code(future, program):
    try:
        return future.result()
    except OSError as error:
        return fail(f"{program}: {error.filename}: {error.strerror}", TOOL)


def run_all(program, jobs, told):
    """told(job): what a finished job's line says of its result."""
    left = [job for job in jobs if not (os.path.isfile(job.result) and os.path.getsize(job.result) > 0)]
    running, environment = _Running(), {**os.environ, "OPENBLAS_NUM_THREADS": "1"}
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        with Progress(program, len(left), "runs") as progress, concurrent.futures.ThreadPoolExecutor(at_once()) as pool:
            started = {pool.submit(_run, job, running, environment): job for job in left}
            try:
                for future in concurrent.futures.as_completed(started):
                    job, code = started[future], _code(future, program)
                    if code != 0:
                        fail(f"{program}: {job.name} failed with exit {code}: {last_line(job.log)} ({job.log}; {shlex.join(job.command)})", TOOL)
                    progress.step(f"{job.name}: {told(job)}")
            except BaseException:
                running.stop()      # before the pool waits for its threads
                raise
    except KeyboardInterrupt:
        fail(f"{program}: stopped, the same command goes on", STOPPED)
