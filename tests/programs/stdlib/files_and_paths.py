"""pathlib, open, os, tempfile, shutil, glob: files written, read, moved, removed."""
import os, pathlib, tempfile, shutil, glob, io
with tempfile.TemporaryDirectory() as folder:
    base = pathlib.Path(folder); p = base / "sub" / "file.txt"; p.parent.mkdir(); print(p.write_text("line 1\nline é\n", encoding="utf-8"), p.read_text(encoding="utf-8"), p.exists(), p.is_file(), p.stat().st_size, p.name, p.stem, p.suffix, p.parent.name, p.relative_to(base), p.with_suffix(".md").name, p.read_bytes()[:6])
    with open(p, encoding="utf-8") as f: print(f.readline(), f.readlines(), f.read(), f.tell(), f.mode, f.encoding, f.closed); print(f.closed)
    with open(p, "a", encoding="utf-8") as f: f.write("more"); f.writelines(["\n", "end\n"]); f.flush()
    with open(p, encoding="utf-8") as f: print([line.strip() for line in f], f.seek(0), f.read(4), f.seek(2), f.read(3))
    with open(p, "rb") as f: print(f.read(4), f.seek(-4, 2), f.read(), f.peek(1), f.seekable())
    with open(p, "r+b") as f: f.write(b"LINE"); f.truncate(6); 
    print(p.read_bytes(), sorted(x.name for x in base.rglob("*")), [os.path.relpath(x, folder) for x in glob.glob(folder + "/**/*.txt", recursive=True)], os.listdir(folder), sorted(os.listdir(base / "sub")))
    shutil.copy(p, base / "copy"); (base / "copy").rename(base / "moved"); print(sorted(os.listdir(folder)), (base / "moved").read_bytes() == p.read_bytes()); os.remove(base / "moved"); os.makedirs(base / "a/b/c"); shutil.rmtree(base / "a")
    for root, dirs, files in os.walk(folder): print(os.path.relpath(root, folder), dirs, files)
    with os.scandir(folder) as entries: print([(e.name, e.is_dir()) for e in entries])
    for bad in (lambda: open(base / "none"), lambda: open(folder), lambda: (base / "sub").rmdir(), lambda: (base / "sub").mkdir(), lambda: open(p, "zz"), lambda: open(p, "rb", encoding="utf-8"), lambda: open(p).write("x"), lambda: os.remove(base / "none"), lambda: os.listdir(base / "none"), lambda: open(p, "x"), lambda: open(""), lambda: open(p, buffering=0), lambda: os.rename(base / "q", base / "r"), lambda: open("a\0b"), lambda: os.stat(base / "none")):
        try:
            bad(); print("fine")
        except Exception as error:
            print(type(error).__name__, str(error).replace(folder, "<tmp>"))
print(base.exists(), pathlib.PurePosixPath("/a/b/../c.tar.gz").suffixes, pathlib.PurePath("a/b") / "/c", pathlib.PurePath("a", "b").parts, pathlib.PurePath("/a/b/c").parents[1], pathlib.PurePath("a/*.py").match("*.py"), pathlib.PurePath("x.py").full_match("*.py"), os.path.split("/a/b"), os.path.splitext("a.b.c"), os.path.join("a", "/b"), os.path.normpath("a//b/../c"), os.path.basename("/x/"), os.path.commonpath(["/a/b", "/a/c"]), os.path.expandvars("$NOPE_X/y"))
s = io.StringIO("a\nb\n"); print(s.readline(), s.read(), s.getvalue()); s.write("c"); print(s.getvalue(), s.seek(0), list(s)); b = io.BytesIO(b"abc"); print(b.read(1), b.getvalue(), b.getbuffer().nbytes, b.seek(0, 2), b.write(b"d"), b.getvalue()); t = io.TextIOWrapper(io.BytesIO(b"x\r\ny\rz"), newline=None); print(repr(t.read())); r = io.BufferedReader(io.BytesIO(b"12345")); print(r.peek(2)[:2], r.read1(3), r.read())
try:
    f.read()
except ValueError as error:
    print(error)
