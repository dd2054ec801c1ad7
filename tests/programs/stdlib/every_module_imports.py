"""Each module of the library can be imported; those that cannot say why."""
import importlib
names = """abc argparse array ast asyncio base64 bdb binascii bisect builtins bz2 calendar cmath cmd code codecs codeop collections
collections.abc colorsys compileall concurrent.futures configparser contextlib contextvars copy copyreg csv dataclasses datetime
decimal difflib dis doctest email email.message enum errno faulthandler fileinput filecmp fnmatch fractions ftplib functools gc
getopt getpass gettext glob graphlib gzip hashlib heapq hmac html html.parser http http.client http.cookies http.server imaplib
importlib importlib.metadata importlib.resources inspect io ipaddress itertools json keyword linecache locale logging
logging.handlers lzma mailbox marshal math mimetypes mmap modulefinder multiprocessing netrc numbers opcode operator optparse os
os.path pathlib pdb pickle pickletools pkgutil platform plistlib poplib posix pprint profile pstats pty py_compile pyclbr pydoc
queue quopri random re reprlib resource rlcompleter runpy sched secrets select selectors shelve shlex shutil signal site smtplib
socket socketserver sqlite3 ssl stat statistics string string.templatelib stringprep struct subprocess symtable sys sysconfig
tabnanny tarfile tempfile termios textwrap threading time timeit token tokenize tomllib trace traceback tracemalloc tty types
typing unicodedata unittest unittest.mock urllib.parse urllib.request uuid venv warnings wave weakref webbrowser wsgiref xml
xml.dom.minidom xml.etree.ElementTree xml.sax xmlrpc.client zipapp zipfile zipimport zlib zoneinfo annotationlib
concurrent.interpreters compression.zlib""".split()
for name in names:
    try:
        importlib.import_module(name)
    except Exception as error:
        print(name, type(error).__name__, error)
print("done")
