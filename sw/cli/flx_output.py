# SPDX-License-Identifier: Apache-2.0
"""flx_output.py - a file that is whole or as it was; links, devices and pipes as users expect. Twin: cmodel/trace/flx_output.h

  output = Output(path)           OSError if it cannot be written
  output.file.write(b"..")
  output.close()                  or output.discard(): what was there stays"""
import errno
import os
import re
import shutil
import stat
import tempfile

LINKS_MAX, PARTS_MAX, NAME_KEPT = 40, 1000, 240
NEW, REGULAR, STREAM, OWN = range(4)


def _place(path):
    """(kind, path without links or number of an open file, stat or None)"""
    for _ in range(LINKS_MAX):
        folder, name = os.path.split(path)
        if not path or name in ("", ".", ".."):
            os.stat(path)
            raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), path)
        folder = os.path.realpath(folder or ".", strict=True)
        path = os.path.join(folder, name)
        if re.fullmatch(rf"/proc/{os.getpid()}(/task/\d+)?/fd", folder) and re.fullmatch("[0-9]{1,9}", name):
            return OWN, int(name), os.fstat(int(name))
        try:
            info = os.lstat(path)
        except FileNotFoundError:
            return NEW, path, None
        if not stat.S_ISLNK(info.st_mode):
            if stat.S_ISDIR(info.st_mode):
                raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), path)
            return REGULAR if stat.S_ISREG(info.st_mode) else STREAM, path, info
        if folder.startswith("/proc/") and not stat.S_ISREG(os.stat(path).st_mode):     # a pipe of another program
            return STREAM, path, os.stat(path)
        path = os.path.join(folder, os.readlink(path))
    raise OSError(errno.ELOOP, os.strerror(errno.ELOOP), path)


def _keep_mode(fd, info):
    try:
        os.fchown(fd, info.st_uid, info.st_gid)
    except OSError:
        pass
    os.fchmod(fd, stat.S_IMODE(info.st_mode))


class Output:
    """Begins to write PATH: what exists changes with close, but for devices and pipes."""

    def __init__(self, path):
        path = os.fspath(path)
        self.part = self.stays = None
        self.in_place = False
        self.kind, self.path, info = _place(path)
        if self.kind == OWN:
            self.file = os.fdopen(os.dup(self.path), "wb")
            return
        if self.kind != NEW and not os.access(self.path, os.W_OK, effective_ids=os.access in os.supports_effective_ids):
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), path)
        if self.kind == STREAM:
            self.file = os.fdopen(os.open(self.path, os.O_WRONLY | os.O_CLOEXEC), "wb")
            return
        try:
            fd = self._make_part(0o666 if info is None else 0o600)
        except OSError as error:
            if self.kind == NEW or error.errno not in (errno.EACCES, errno.EROFS, errno.EPERM):
                raise
            fd, self.part = tempfile.mkstemp(prefix="flx_output.")      # a folder that takes no new file
            self.in_place = True
        if info is not None and not self.in_place:
            _keep_mode(fd, info)
        self.file = os.fdopen(fd, "wb")

    def _make_part(self, mode):
        folder, name = os.path.split(self.path)
        name = os.fsdecode(os.fsencode(name)[:NAME_KEPT])
        for i in range(PARTS_MAX):
            self.part = os.path.join(folder, f"{name}.{i}.part" if i else f"{name}.part")
            try:
                return os.open(self.part, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, mode)
            except FileExistsError:
                pass
            except OSError:
                self.part = None
                raise
        raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), self.path)

    def close(self):
        """PATH is what was written. OSError: it is as it was; the content stays in self.stays if only the last step failed."""
        try:
            self.file.flush()
            if self.part and not self.in_place:
                os.fsync(self.file.fileno())
            self.file.close()
        except OSError:
            self.discard()
            raise
        if not self.part:
            return
        try:
            if self.in_place:
                shutil.copyfile(self.part, self.path)
                os.remove(self.part)
            else:
                os.rename(self.part, self.path)
        except OSError:
            self.stays = self.part
            raise

    def discard(self):
        """PATH stays as it was."""
        try:
            self.file.close()
        except OSError:
            pass
        if self.part and os.path.exists(self.part):
            os.remove(self.part)
