# Messages with control data, addresses of other families, names of services, and what bad arguments get.
import array
import os
import socket
import warnings


def attempt(function, *args):
    try:
        return function(*args)
    except Exception as error:
        return f"{type(error).__name__}: {error}"


left, right = socket.socketpair()
print(left.sendmsg([b"abc", bytearray(b"defg")]))
places = [bytearray(2), bytearray(3), bytearray(10)]
print(right.recvmsg_into(places), places)

# Descriptors travel as control data.
read_end, write_end = os.pipe()
left.sendmsg([b"x"], [(socket.SOL_SOCKET, socket.SCM_RIGHTS, array.array("i", [write_end]))])
data, control, flags, address = right.recvmsg(10, socket.CMSG_SPACE(4))
(level, kind, raw), = control
received = array.array("i", raw)[0]
os.write(received, b"through another descriptor")
print(data, level == socket.SOL_SOCKET, kind == socket.SCM_RIGHTS, os.read(read_end, 100))
for descriptor in (read_end, write_end, received):
    os.close(descriptor)
print(socket.CMSG_LEN(0), socket.CMSG_SPACE(1), attempt(socket.CMSG_LEN, -1))

for arguments in ([5], [[5]], [[b"x"], 5], [[b"x"], [5]], [[b"x"], [(1, 2)]], [[b"x"], [(1, 2, 3)]]):
    print("sendmsg", attempt(left.sendmsg, *arguments))
for arguments in ([5], [[b"x"]], [[bytearray(1)], -1]):
    print("recvmsg_into", attempt(right.recvmsg_into, *arguments))
print(attempt(left.sendto, b"x"), "|", attempt(left.setsockopt, 1, 2), "|", attempt(left.setsockopt, 1, 2, "x"))
left.close(), right.close()

with socket.socket() as s:
    for address in (5, (1,), ("", -1), ("", 1 << 80), ("", "x"), (None, 5), ("a\0b", 1), ("\udc80", 1)):
        print("bind", ascii(address), attempt(s.bind, address))
with socket.socket(socket.AF_UNIX) as s:
    print("bind", attempt(s.bind, "x" * 200), attempt(s.bind, 5))
    s.bind("\0taipan test %d" % os.getpid())
    print(s.getsockname()[:13])
with socket.socket(socket.AF_NETLINK, socket.SOCK_RAW) as s:
    print(s.getsockname(), attempt(s.bind, (1, 2, 3)))

print(attempt(socket.getservbyname, "nonsense"), "|", attempt(socket.getservbyport, -1))
print(attempt(socket.getprotobyname, "nonsense"))
print(socket.if_indextoname(1), socket.if_nametoindex("lo"), (1, "lo") in socket.if_nameindex())
print(attempt(socket.if_nametoindex, "nonsense"), "|", attempt(socket.if_indextoname, -1))
print(attempt(socket.getnameinfo, ("127.0.0.1", 80, 0), 0), "|", attempt(socket.getnameinfo, 5, 0))
print(socket.getnameinfo(("127.0.0.1", 80), socket.NI_NUMERICHOST | socket.NI_NUMERICSERV), attempt(socket.gethostbyaddr, 5))

# A timeout counts for the whole of sendall; connect_ex gives numbers.
with warnings.catch_warnings(record=True) as caught:
    warnings.simplefilter("always")
    forgotten = socket.socket()
    del forgotten
    print([(str(w.message).partition(" fd")[0], w.category.__name__) for w in caught])
