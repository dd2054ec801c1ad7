"""base64, binascii, struct, hashlib, zlib, gzip, bz2, lzma."""
import base64, binascii, struct, hashlib, zlib
print(base64.b64encode(b"hello"), base64.b64decode("aGk="), base64.b32encode(b"hi"), base64.b16encode(b"\x0f"), base64.urlsafe_b64encode(b"\xff\xfe"), base64.b85encode(b"abcd"), binascii.hexlify(b"\xff"), binascii.unhexlify("0aff"), binascii.crc32(b"abc"))
for bad in ("aGk", "a", "!!!!"):
    try:
        print(base64.b64decode(bad, validate=True))
    except binascii.Error as error:
        print(error)
print(struct.pack("<iHd", 1, 2, 3.5), struct.unpack(">H", b"\x01\x02"), struct.calcsize("qb"), struct.pack("3s2x?", b"ab", True), struct.unpack("<3h", b"\1\0\2\0\3\0"), list(struct.iter_unpack("B", b"ab")), struct.pack(">e", 1.5), struct.Struct("!I").pack(5), struct.unpack_from("<H", b"\0\1\2", 1))
for fmt, args in (("i", ()), ("i", ("x",)), ("b", (200,)), ("z", (1,)), ("H", (-1,)), ("s", (5,)), ("f", ("x",))):
    try:
        struct.pack(fmt, *args)
    except struct.error as error:
        print(error)
print(hashlib.sha256(b"x").hexdigest(), hashlib.md5(b"").hexdigest(), hashlib.sha1(b"a").hexdigest(), hashlib.new("sha512", b"q").hexdigest()[:20], hashlib.blake2b(b"b", digest_size=8).hexdigest(), hashlib.sha3_256(b"c").hexdigest()[:16])
h = hashlib.sha256(); h.update(b"a"); k = h.copy(); h.update(b"b"); print(h.hexdigest() == hashlib.sha256(b"ab").hexdigest(), k.digest()[:2], h.name, h.digest_size, h.block_size)
import hmac; print(hmac.new(b"k", b"m", "sha256").hexdigest()[:16], hmac.compare_digest("a", "a"))
print(zlib.crc32(b"abc"), zlib.adler32(b"abc"), zlib.decompress(zlib.compress(b"z" * 1000)) == b"z" * 1000, len(zlib.compress(b"z" * 1000)) < 30)
try:
    zlib.decompress(b"bad")
except zlib.error as error:
    print(error)
d = zlib.decompressobj(); c = zlib.compress(b"stream" * 10); print(d.decompress(c[:5]) + d.decompress(c[5:]) + d.flush() == b"stream" * 10, d.eof)
