# SPDX-License-Identifier: Apache-2.0
"""flx_cli.py - exit codes, --help, one-line errors, files and progress, for every Python script. Twin: sw/cli/flx_cli.h

A script in sw/, synth/, docs/ or verif/ begins with the way to the others, and ends with start:

  sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
  from sw.cli.flx_cli import fail, rooted, start, write
  ..
  if __name__ == "__main__":
      start(main, __doc__)

The C programs have the same in flx_cli.h and flx_progress.h; verif/cli compares the two."""
import csv
import json
import math
import os
import re
import sys
import time

from sw.cli.flx_output import Output

# Exit codes of every program of the project.
PASS, MISMATCH, INPUT, TOOL, TIMEOUT = range(5)
STOPPED = 130
EXITS = "exit: 0 pass, 1 mismatch, 2 usage or bad input, 3 tool failure, 4 time-out"

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
_STEP_TTY, _STEP_FILE = 0.1, 30.0   # seconds between two lines of progress
_BAR = 32                           # its characters
_SHOWN = 60                         # characters of a wrong value


def rooted(path):
    """A file of the tree, as it is named from here."""
    return os.path.relpath(os.path.join(ROOT, path))


def version():
    """Of the project."""
    return re.search(r'FLX_VERSION "(.*)"', read(rooted("cmodel/include/flx/flx_version.h"))).group(1)


def start(main, doc, command=False):
    """Ends the program with main's exit code. --help (-h) prints doc, --version the version. No traceback: what main did not foresee is one line, exit 3;
    FLX_TRACEBACK=1 shows where. command: what follows the first argument is another program's."""
    program = os.path.basename(sys.argv[0])
    _hold_stdout()
    try:
        if not _answered(program, doc, sys.argv[1:2] if command else sys.argv[1:]):
            sys.exit(main())
        sys.exit(PASS)
    except SystemExit as end:
        _flush(program)
        raise end
    except KeyboardInterrupt:
        fail(f"{program}: stopped", STOPPED)
    except OSError as error:
        if error.filename is None:      # print's
            _no_stdout()
            fail(f"{program}: stdout cannot be written ({error.strerror})", TOOL)
        fail(f"{error.filename}: {error.strerror or error}", INPUT if isinstance(error, (FileNotFoundError, NotADirectoryError, IsADirectoryError, PermissionError)) else TOOL)
    except MemoryError:
        fail(f"{program}: out of memory", TOOL)
    except Exception as error:      # pylint: disable=broad-except
        if os.environ.get("FLX_TRACEBACK"):
            raise
        at = error.__traceback__
        while at.tb_next:
            at = at.tb_next
        fail(f"{program}: not foreseen: {type(error).__name__}: {error} ({os.path.relpath(at.tb_frame.f_code.co_filename, ROOT)}:{at.tb_lineno}; FLX_TRACEBACK=1 shows more)", TOOL)


def _without_module(kind, error, trace):
    """A Python without numpy, of a user's own, hands over to Debian's, which has it."""
    debian = "/usr/bin/python3"
    if not issubclass(kind, ModuleNotFoundError):
        sys.__excepthook__(kind, error, trace)
    elif os.path.exists(debian) and os.path.realpath(sys.executable) != os.path.realpath(debian) and os.path.isfile(sys.argv[0]):
        os.execv(debian, [debian, "-B", *sys.argv])
    else:
        print(f"{os.path.basename(sys.argv[0])}: Python module {error.name} is missing, expected the packages in packages.txt", file=sys.stderr)
        os._exit(TOOL)      # an excepthook cannot choose the exit code


sys.excepthook = _without_module


def _answered(program, doc, asked):
    """Whether --help or --version was asked for, and is answered."""
    asked = asked[:asked.index("--")] if "--" in asked else asked
    if "--help" in asked or "-h" in asked:
        usage = [line.strip() for line in doc.splitlines() if line.startswith(f"  {program}")] or [program]
        print(f"usage: {usage[0]}\n{doc.strip()}\n{EXITS}")
    elif "--version" in asked:
        print(f"{program} {version()}")
    else:
        return False
    return True


def fail(text, code=INPUT):
    """One line on stderr, behind a terminal's bar that may stand there; ends the program."""
    _clear()
    try:
        print(re.sub(r"[\x00-\x1f\x7f]", lambda c: " " if c.group() == "\n" else "?", str(text)).encode("utf-8", "surrogateescape").decode("utf-8", "replace"), file=sys.stderr)
    except (OSError, ValueError):
        pass
    sys.exit(int(code))


def fail_all(lines, code):
    """Ends the program with a line on stderr for each thing that is wrong."""
    _clear()
    print("\n".join(lines), file=sys.stderr)
    sys.exit(int(code))


def write(path, content):
    """Text or bytes into PATH, as flx_output.py says. "-": stdout. Exit 3 if it cannot be written."""
    data = content if isinstance(content, bytes) else content.encode("utf-8", "surrogateescape")
    if path == "-":
        try:
            sys.stdout.flush()
            sys.stdout.buffer.write(data)
            sys.stdout.flush()
        except OSError as error:
            _no_stdout()
            fail(f"stdout cannot be written ({error.strerror})", TOOL)
        return
    output = None
    try:
        output = Output(path)
        output.file.write(data)
        output.close()
    except OSError as error:
        stays = f"; the content is in {output.stays}" if output and output.stays else ""
        if output and not stays:
            output.discard()
        fail(f"{path}: file cannot be written ({error.strerror}{stays})", TOOL)


def finite(value):
    """The value as JSON can hold it: a number that is none is None."""
    if isinstance(value, float) and not math.isfinite(value):
        return None
    if isinstance(value, dict):
        return {key: finite(item) for key, item in value.items()}
    return [finite(item) for item in value] if isinstance(value, (list, tuple)) else value


def write_json(path, value):
    """Indented, keys in their order, one newline at the end."""
    write(path, json.dumps(finite(value), indent=2, ensure_ascii=False) + "\n")


def read(path, expected="a readable file"):
    """The text of a file. Exit 2 with one line if it is not there or no UTF-8."""
    try:
        with open(path, encoding="utf-8") as file:
            return file.read()
    except OSError as error:
        return fail(f"{path}: file is unreadable ({error.strerror}), expected {expected}")
    except UnicodeDecodeError as error:
        return fail(f"{path}: byte {error.start} is no UTF-8, expected {expected}")


def parse_json(text, path):
    """The value that is the text of a file, or of a program's output."""
    if not text.strip():
        fail(f"{path}: is empty, expected a JSON file")
    try:
        return json.loads(text)
    except json.JSONDecodeError as error:
        return fail(f"{path}:{error.lineno}: JSON is broken ({error.msg}), expected a JSON file")
    except (RecursionError, ValueError) as error:
        return fail(f"{path}: JSON is broken ({error}), expected a JSON file")


def read_json(path, *keys):
    """The value in a JSON file; keys: it is an object that has them all. Exit 2 with one line that names file, place and what was expected."""
    value = parse_json(read(path, "a JSON file"), path)
    if keys and not isinstance(value, dict):
        fail(f"{path}: JSON is no object, expected one with {', '.join(keys)}")
    for key in keys:
        if key not in value:
            fail(f"{path}: {key} is missing, expected an object with {', '.join(keys)}")
    return value


KINDS = {int: "an integer", float: "a number", str: "a text", list: "a list", dict: "an object", bool: "true or false", None: "null"}


def is_a(value, kind):
    """Of a kind of JSON: an integer is a number, true is none."""
    if kind is None:
        return value is None
    return isinstance(value, (int, float) if kind is float else kind) and (kind is bool or not isinstance(value, bool))


def field(path, value, place, *kinds):
    """What stands at a place such as "flex.writes" in the value of a file, of one of the kinds: int, float, str, list, dict, bool, None for null. Exit 2 with one
    line that names file and place."""
    expected = " or ".join(KINDS[kind] for kind in kinds)
    for i, key in enumerate(place.split(".")):
        if not isinstance(value, dict):
            fail(f"{path}: {'.'.join(place.split('.')[:i]) or 'JSON'} is {_short(value)}, expected an object with {key}")
        if key not in value:
            fail(f"{path}: {'.'.join(place.split('.')[:i + 1])} is missing, expected {expected}")
        value = value[key]
    if not any(is_a(value, kind) for kind in kinds):
        fail(f"{path}: {place} is {_short(value)}, expected {expected}")
    return value


def _short(value):
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= _SHOWN else text[:_SHOWN] + ".."


def read_csv(path, *columns, expected="a CSV file"):
    """Lines of a CSV file that has these columns, each line a dictionary with all of the heading's. Exit 2 with one line if not."""
    text = read(path, expected)
    try:
        rows = list(csv.reader(text.splitlines()))
    except csv.Error as error:
        fail(f"{path}: CSV is broken ({error}), expected {expected}")
    if not rows:
        fail(f"{path}: is empty, expected {expected}")
    for name in columns:
        if name not in rows[0]:
            fail(f"{path}: column {name} is missing, expected {expected}")
    for number, row in enumerate(rows[1:], 2):
        if len(row) != len(rows[0]):
            fail(f"{path}:{number}: columns are {len(row)}, expected the {len(rows[0])} of the first line")
    return [dict(zip(rows[0], row)) for row in rows[1:]]


def number_of(path, row, name, kind=float):
    """A field of a line of a CSV file as int or float, which may be nan or inf."""
    try:
        return kind(row[name]) if row[name].isascii() else int("x")
    except ValueError:
        return fail(f"{path}: {name} is {_short(row[name])}, expected {KINDS[kind]}")


def number(name, default):
    """Of the environment, a whole number of 1 or more."""
    text = os.environ.get(name) or str(default)
    if not re.fullmatch("[1-9][0-9]{0,8}", text):
        fail(f"{name} is {text}, expected a number of 1 to 999999999")
    return int(text)


def real(name, default):
    """Of the environment, a number as options of the programs take it."""
    text = os.environ.get(name) or str(default)
    if not re.fullmatch(r"-?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?", text, re.A):
        fail(f"{name} is {text}, expected a number")
    return text


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


def _hold_stdout():
    """A standard file that is closed would be the next file that is opened; print would be silent about it."""
    for fd in range(3):
        try:
            os.fstat(fd)
        except OSError:
            os.open(os.devnull, os.O_WRONLY if fd == 0 else os.O_RDONLY)
    if sys.stdout is None:
        sys.stdout = open(1, "w", encoding="utf-8", closefd=False)     # pylint: disable=consider-using-with
    if sys.stderr is None:
        sys.stderr = open(os.devnull, "w", encoding="utf-8")    # pylint: disable=consider-using-with
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="surrogateescape")


def _flush(program):
    """What was printed is out, or the program ends with exit 3 and one line."""
    try:
        sys.stdout.flush()
    except OSError as error:
        _no_stdout()
        fail(f"{program}: stdout cannot be written ({error.strerror})", TOOL)


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
