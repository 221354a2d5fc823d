# SPDX-License-Identifier: Apache-2.0
"""jobs.py - runs of a training program, some at a time, each once: a result that is there is not made again. Twin: docs/trainer.md

A job's stdout becomes its result when it ends with exit 0; its stderr is its log. A job that fails ends the others and the program, exit 3 and one line."""
import collections
import concurrent.futures
import os
import shlex
import signal
import subprocess
import threading

from sw.cli.flx_cli import STOPPED, TOOL, Progress, fail, number
from sw.cli.flx_output import Output

# extra: files that are no longer needed when the result is there.
Job = collections.namedtuple("Job", "name command result log extra", defaults=((),))


def words(name, default):
    """Of the environment, separated by spaces."""
    return os.environ.get(name, "").split() or default.split()


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
        with Progress(program, len(left), "runs") as progress, concurrent.futures.ThreadPoolExecutor(number("JOBS", os.cpu_count() or 1)) as pool:
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
