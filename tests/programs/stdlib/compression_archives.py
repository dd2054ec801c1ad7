"""gzip, bz2, lzma, zipfile, tarfile round trips."""
import gzip, bz2, lzma, zipfile, tarfile, io
data = b"some data to press " * 50
for m in (gzip, bz2, lzma):
    packed = m.compress(data); print(m.__name__, len(packed) < len(data), m.decompress(packed) == data)
b = io.BytesIO()
with zipfile.ZipFile(b, "w", zipfile.ZIP_DEFLATED) as z: z.writestr("a/b.txt", data); z.writestr("c", "text")
with zipfile.ZipFile(b) as z: print(z.namelist(), z.read("c"), z.getinfo("a/b.txt").file_size, z.testzip())
t = io.BytesIO()
with tarfile.open(fileobj=t, mode="w:gz") as tar:
    i = tarfile.TarInfo("f"); i.size = 3; tar.addfile(i, io.BytesIO(b"abc"))
t.seek(0)
with tarfile.open(fileobj=t) as tar: print(tar.getnames(), tar.extractfile("f").read())
