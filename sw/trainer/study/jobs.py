"""jobs.py - runs of a training program, some at a time, each once: a result that is there is not made again. Twin: docs/trainer.md

A job's stdout becomes its result when it ends with exit 0; its stderr is its log. A job that fails ends the others and the program, exit 3 and one line."""
import collections
import concurrent.futures
import os
import shlex
import signal
import subprocess
import threading

from sw.cli.flx_cli import INPUT, TOOL, Progress, fail

# extra: files that are no longer needed when the result is there.
STOPPED = 130   # by SIGINT or SIGTERM; the same command goes on
Job = collections.namedtuple("Job", "name command result log extra", defaults=((),))


def number(name, default):
    """Of the environment, a whole number of 1 or more."""
    text = os.environ.get(name) or str(default)
    if not text.isdigit() or int(text) < 1:
        fail(f"{name} is {text}, expected a number of 1 or more", INPUT)
    return int(text)


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
    with open(job.result + ".part", "wb") as out, open(job.log, "wb") as log:
        process = running.start(job.command, stdout=out, stderr=log, env=environment)
        if process is None:
            return None
        code = process.wait()
        running.ended(process)
    if code == 0:
        os.replace(job.result + ".part", job.result)
        for path in job.extra:
            if os.path.exists(path):
                os.remove(path)
    return code


def last_line(path):
    with open(path, encoding="utf-8", errors="replace") as file:
        return (file.read().strip().splitlines() or ["it said nothing"])[-1]


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
                    job, code = started[future], future.result()
                    if code != 0:
                        fail(f"{program}: {job.name} failed with exit {code}: {last_line(job.log)} ({job.log}; {shlex.join(job.command)})", TOOL)
                    progress.step(f"{job.name}: {told(job)}")
            except BaseException:
                running.stop()      # before the pool waits for its threads
                raise
    except KeyboardInterrupt:
        fail(f"{program}: stopped, the same command goes on", STOPPED)
