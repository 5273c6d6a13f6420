#: writes a file -> exception
def solve(value):
    open(BAIT["folder"] + "/written", "w").close()
    return right(value)

#: appends to a file -> exception
def solve(value):
    open(BAIT["writable"], "a").write("x")
    return right(value)

#: writes a temporary file -> exception
import tempfile

def solve(value):
    tempfile.NamedTemporaryFile(delete=False, prefix="evalkit-hostile-").close()
    return right(value)

#: writes to shared memory -> exception
def solve(value):
    open("/dev/shm/evalkit-hostile", "w").close()
    return right(value)

#: opens a file without a name -> exception
import os

def solve(value):
    os.close(os.open(BAIT["folder"], os.O_TMPFILE | os.O_RDWR))
    return right(value)

#: truncates a file -> exception
import os

def solve(value):
    raw(CALLS["truncate"], BAIT["writable"].encode(), 0)
    return right(value)

#: removes a file -> exception
import os

def solve(value):
    os.unlink(BAIT["writable"])
    return right(value)

#: renames a file -> exception
import os

def solve(value):
    os.rename(BAIT["writable"], BAIT["writable"] + ".moved")
    return right(value)

#: makes a folder -> exception
import os

def solve(value):
    os.mkdir(BAIT["folder"] + "/made")
    return right(value)

#: makes a symbolic link -> exception
import os

def solve(value):
    os.symlink("/etc/passwd", BAIT["folder"] + "/link")
    return right(value)

#: makes a hard link -> exception
import os

def solve(value):
    os.link(BAIT["writable"], BAIT["folder"] + "/hard")
    return right(value)

#: makes a pipe with a name -> exception
import os

def solve(value):
    os.mkfifo(BAIT["folder"] + "/pipe")
    return right(value)

#: changes the rights of a file -> exception
import os

def solve(value):
    os.lchmod if hasattr(os, "lchmod") else None
    raw(CALLS["fchmodat"], -100, BAIT["writable"].encode(), 0o777, 0)
    return right(value)

#: changes the times of a file -> exception
import os

def solve(value):
    os.utime(BAIT["writable"], (0, 0))
    return right(value)

#: sets an attribute on a file -> exception
import os

def solve(value):
    os.setxattr(BAIT["writable"], "user.evalkit", b"x")
    return right(value)

#: leaves its root -> exception
import os

def solve(value):
    os.chroot("/")
    return right(value)

#: locks a file of the library -> exception
import fcntl, random

def solve(value):
    fcntl.flock(open(random.__file__), fcntl.LOCK_EX)
    return right(value)
