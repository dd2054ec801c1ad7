"""sys.exit with a number."""
import sys
print("out")
sys.exit(7)
