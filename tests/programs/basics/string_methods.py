"""The most used string methods."""
s = "  Hello, World  "
print(s.strip(), s.upper().strip(), s.strip().split(", "), "-".join("abc"), s.replace("l", "L").strip(), s.strip().startswith("Hello"), s.find("World"))
