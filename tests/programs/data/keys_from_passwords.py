# Keys from passwords, and hashes by the names that OpenSSL has for them.
import hashlib
import hmac

print(hashlib.pbkdf2_hmac("sha256", b"password", b"salt", 1000).hex())
print(hashlib.pbkdf2_hmac("sha3_256", b"password", b"salt", 3, 40).hex())
print(hashlib.scrypt(b"password", salt=b"NaCl", n=64, r=8, p=2, dklen=24).hex())
for wrong in (
    lambda: hashlib.pbkdf2_hmac("sha256", b"", b"", 0),
    lambda: hashlib.pbkdf2_hmac("nothing", b"", b"", 1),
    lambda: hashlib.scrypt(b"", salt=b"", n=3, r=8, p=1),
    lambda: hashlib.scrypt(b"", salt=b"", n=2**20, r=8, p=1),
    lambda: hmac.new(b"k", b"m"),
):
    try:
        print(wrong())
    except (ValueError, TypeError) as error:
        print(type(error).__name__, error)
for name in "SHA2-256", "sha512_256", "sha3-224", "blake2b512":
    print(name, hashlib.new(name, b"abc").hexdigest()[:20], hashlib.new(name).name)
h = hmac.new(b"key", b"message", hashlib.sha512)
print(h.name, h.digest_size, h.block_size, h.hexdigest()[:20], hmac.digest(b"key", b"message", "md5").hex())
