"""csv: reader, writer, dialects, DictReader, Sniffer."""
import csv, io
text = 'a,b,c\n1,"x, y",3\n"quo""te","new\nline",\n\n 4 ,5,6\r\n'
print(list(csv.reader(io.StringIO(text))), list(csv.reader(["a;b", "'c;d';e"], delimiter=";", quotechar="'")), list(csv.reader(["1,2.5,x"], quoting=csv.QUOTE_NONNUMERIC)) if False else "", list(csv.DictReader(io.StringIO(text))))
out = io.StringIO(); w = csv.writer(out); w.writerow([1, "a,b", 'q"q', None, 2.5, "", "new\nline"]); w.writerows([["x"], [""]]); print(repr(out.getvalue()))
for q in (csv.QUOTE_ALL, csv.QUOTE_MINIMAL, csv.QUOTE_NONNUMERIC, csv.QUOTE_STRINGS, csv.QUOTE_NOTNULL):
    out = io.StringIO(); csv.writer(out, quoting=q, lineterminator="|").writerow([1, "a", None, "b c", 2.5]); print(out.getvalue())
out = io.StringIO(); d = csv.DictWriter(out, ["x", "y"], extrasaction="ignore", restval="-"); d.writeheader(); d.writerow({"x": 1, "z": 2}); print(repr(out.getvalue()))
csv.register_dialect("pipes", delimiter="|", escapechar="\\", quoting=csv.QUOTE_NONE); print(list(csv.reader(["a|b\\|c"], "pipes")), "pipes" in csv.list_dialects(), csv.get_dialect("excel").delimiter)
for bad in (lambda: csv.reader([], delimiter="ab"), lambda: list(csv.reader(['"abc'], strict=True)), lambda: csv.writer(io.StringIO(), quoting=csv.QUOTE_NONE).writerow(["a,b"]), lambda: csv.reader(5), lambda: list(csv.reader([b"x"])), lambda: csv.get_dialect("none"), lambda: csv.writer(io.StringIO()).writerow(5), lambda: list(csv.reader(["a" * 200000]))):
    try:
        bad(); print("fine")
    except (csv.Error, TypeError) as error:
        print(type(error).__name__, error)
