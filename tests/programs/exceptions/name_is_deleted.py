"""The name behind as is gone after the handler."""
try: raise ValueError
except ValueError as error: pass
try: error
except NameError as e: print(e)
error = "kept"
try: raise ValueError
except ValueError as error: print("bound")
print("error" in globals())
