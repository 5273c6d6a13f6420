#: connects by TCP -> exception
import socket

def solve(value):
    socket.create_connection(("127.0.0.1", BAIT["tcp"]), 1).close()
    return right(value)

#: sends by UDP -> exception
import socket

def solve(value):
    socket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(b"out", ("127.0.0.1", BAIT["udp"]))
    return right(value)

#: connects to a unix socket -> exception
import socket

def solve(value):
    socket.socket(socket.AF_UNIX).connect(BAIT["unix"])
    return right(value)

#: listens -> exception
import socket

def solve(value):
    socket.create_server(("127.0.0.1", 0)).close()
    return right(value)

#: opens an abstract unix socket -> exception
import socket

def solve(value):
    socket.socket(socket.AF_UNIX).bind(b"\0evalkit-hostile")
    return right(value)

#: asks the kernel by netlink -> exception
import socket

def solve(value):
    socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, 0).close()
    return right(value)

#: opens a raw socket -> exception
import socket

def solve(value):
    socket.socket(socket.AF_INET, socket.SOCK_RAW, 1).close()
    return right(value)

#: looks up a name -> exception
import socket

def solve(value):
    socket.getaddrinfo("example.org", 80)
    return right(value)

#: sends a descriptor to the checker -> exception
import array, socket

def solve(value):
    line = socket.socket(fileno=SOCKET)
    line.sendmsg([b"x"], [(socket.SOL_SOCKET, socket.SCM_RIGHTS, array.array("i", [0]))])
    return right(value)

#: asks who its peer is -> exception
import socket

def solve(value):
    socket.socket(fileno=SOCKET).getsockopt(socket.SOL_SOCKET, 17, 12)
    return right(value)

#: shuts the line down -> exception
import socket

def solve(value):
    socket.socket(fileno=SOCKET).shutdown(socket.SHUT_RDWR)
    return right(value)
