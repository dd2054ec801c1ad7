"""OSError picks its subclass by errno."""
import errno
for n in (errno.ENOENT, errno.EEXIST, errno.EACCES, errno.EPIPE, errno.EINTR, errno.ECHILD, errno.EISDIR, errno.ENOTDIR, errno.ETIMEDOUT, errno.ECONNREFUSED, errno.EAGAIN, errno.ESRCH, errno.ENOSPC):
    e = OSError(n, "text", "file"); print(type(e).__name__, e, e.errno == n)
print(IOError is OSError, EnvironmentError is OSError, OSError("only one").errno, OSError(1, 2, 3, 4, 5).filename2)
