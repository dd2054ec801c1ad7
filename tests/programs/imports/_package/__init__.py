"""A package for imports/packages.py."""
name = "the package"
def exported():
    return "exported from the package"
def __getattr__(attribute):
    if attribute == "lazy_attribute":
        return "made by __getattr__"
    raise AttributeError(f"package has no {attribute}")
