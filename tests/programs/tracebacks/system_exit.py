"""SystemExit with a message ends with it on standard error and code 1."""
import atexit, sys
atexit.register(print, "atexit ran")
try:
    sys.exit("the message")
finally:
    print("finally ran")
