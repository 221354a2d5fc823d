"""flx_cli.py - exit codes, one-line errors, whole files and progress, for every Python script. Twin: sw/cli/flx_cli.h

  from sw.cli.flx_cli import fail, write, read_json, Progress

The C programs have the same in flx_cli.h and flx_progress.h; verif/cli compares the two."""
import json
import os
import sys
import time

# Exit codes of every program of the project.
PASS, MISMATCH, INPUT, TOOL, TIMEOUT = range(5)

_STEP_TTY, _STEP_FILE = 0.1, 30.0   # seconds between two lines of progress
_BAR = 32                           # its characters


def fail(text, code=INPUT):
    """One line on stderr, behind a terminal's bar that may stand there; ends the program."""
    _clear()
    print(str(text).replace("\n", " "), file=sys.stderr)
    sys.exit(int(code))


def write(path, content):
    """Text or bytes into PATH, which is whole or as it was. "-": stdout. Exit 3 if it cannot be written."""
    mode, encoding = ("wb", None) if isinstance(content, bytes) else ("w", "utf-8")
    if path == "-":
        try:
            out = sys.stdout.buffer if mode == "wb" else sys.stdout
            out.write(content)
            out.flush()
        except OSError as error:
            _no_stdout()
            fail(f"stdout cannot be written ({error.strerror})", TOOL)
        return
    part = f"{path}.part"
    try:
        with open(part, mode, encoding=encoding) as file:
            file.write(content)
        os.replace(part, path)
    except OSError as error:
        if os.path.isfile(part):
            os.remove(part)
        fail(f"{path}: file cannot be written ({error.strerror})", TOOL)


def write_json(path, value):
    """Indented, keys in their order, one newline at the end."""
    write(path, json.dumps(value, indent=2, ensure_ascii=False) + "\n")


def read(path, expected="a readable file"):
    """The text of a file. Exit 2 with one line if it is not there or no UTF-8."""
    try:
        with open(path, encoding="utf-8") as file:
            return file.read()
    except OSError as error:
        fail(f"{path}: file is unreadable ({error.strerror}), expected {expected}")
    except UnicodeDecodeError as error:
        fail(f"{path}: byte {error.start} is no UTF-8, expected {expected}")


def read_json(path, *keys):
    """The value in a JSON file; keys: it is an object that has them all. Exit 2 with one line that names file, place and what was expected."""
    try:
        value = json.loads(read(path, "a JSON file"))
    except json.JSONDecodeError as error:
        fail(f"{path}:{error.lineno}: JSON is broken ({error.msg}), expected a JSON file")
    if keys and not isinstance(value, dict):
        fail(f"{path}: JSON is no object, expected one with {', '.join(keys)}")
    for key in keys:
        if key not in value:
            fail(f"{path}: {key} is missing, expected an object with {', '.join(keys)}")
    return value


class Progress:
    """How far long work is, on stderr: a bar on a terminal, a line every 30 s elsewhere.

      progress = Progress("lanes.py", 40, "designs")
      for design in designs:
          measure(design)
          progress.step(design.name)
      progress.done()            # or as a context manager: with Progress(...) as progress"""

    def __init__(self, program, total, what, first=0):
        """first: what was done before this start, and says nothing about its speed."""
        self.program, self.total, self.what, self.first, self.now = program, total, what, first, first
        self.start = self.last = time.monotonic()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.done()

    def step(self, detail="", count=1):
        """count more are done; detail says something of the last."""
        self.now += count
        self.show(self.now, detail)

    def show(self, done, detail=""):
        self.now, now = done, time.monotonic()
        if now - self.last < (_STEP_TTY if sys.stderr.isatty() else _STEP_FILE) or done <= self.first:
            return
        self.last = now
        left = (now - self.start) * (self.total - done) / (done - self.first)
        detail = f", {detail}" if detail else ""
        if not sys.stderr.isatty():
            print(f"{self.program}: {done} of {self.total} {self.what}{detail}, about {_time(left)} left", file=sys.stderr, flush=True)
            return
        full = _BAR * done // max(self.total, 1)
        print(f"\r[{'#' * full:{_BAR}}] {done}/{self.total} {self.what}{detail}, {_time(left)} left \033[K", end="", file=sys.stderr, flush=True)

    def done(self):
        """The bar goes."""
        _clear()


def _no_stdout():
    """Python tries again at its end, and would say more than a line."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _clear():
    try:
        sys.stdout.flush()
    except OSError:
        _no_stdout()
    if sys.stderr.isatty():
        print("\r\033[K", end="", file=sys.stderr, flush=True)


def _time(seconds):
    """3 s, 4 min 05 s, 2 h 07 min."""
    s = int(seconds + 0.5)
    if s < 60:
        return f"{s} s"
    return f"{s // 60} min {s % 60:02} s" if s < 3600 else f"{s // 3600} h {s % 3600 // 60:02} min"
