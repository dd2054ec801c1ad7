"""sqlite3: functions, aggregates, windows, collations, converters, transactions, open values, backups, errors with codes."""
import sqlite3

db = sqlite3.connect(":memory:", detect_types=sqlite3.PARSE_DECLTYPES | sqlite3.PARSE_COLNAMES, isolation_level=None)


class Product:
    def __init__(self):
        self.value = 1

    def step(self, number):
        self.value *= number

    def finalize(self):
        return self.value


class Sum:
    def __init__(self):
        self.total = 0

    def step(self, number):
        self.total += number

    def inverse(self, number):
        self.total -= number

    def value(self):
        return self.total

    finalize = value


db.create_function("twice", 1, lambda text: text * 2, deterministic=True)
db.create_aggregate("product", 1, Product)
db.create_window_function("running", 1, Sum)
db.create_collation("backwards", lambda a, b: (a < b) - (a > b))
db.execute("create table t (n integer, name text, when_ list)")
sqlite3.register_adapter(list, lambda value: ",".join(map(str, value)))
sqlite3.register_converter("list", lambda data: data.decode().split(","))
db.executemany("insert into t values (:n, :name, :l)", ({"n": n, "name": chr(96 + n), "l": [n, n + 1]} for n in range(1, 6)))
print(db.execute("select twice(name), when_ from t where n < 3").fetchall())
print(db.execute("select product(n), max(n) from t").fetchone())
rows = db.execute("select n, running(n) over (order by n rows between 1 preceding and 1 following) from t")
print(rows.fetchmany(2), list(rows), rows.description[1][0][:7])
print([row[0] for row in db.execute("select name from t order by name collate backwards")])
print(db.execute('select "1,2" as "x [list]"').fetchone())

db.isolation_level = ""
try:
    with db:
        db.execute("delete from t")
        print(db.in_transaction, db.execute("select count(*) from t").fetchone())
        raise ValueError("back")
except ValueError as error:
    print(error, db.in_transaction, db.execute("select count(*) from t").fetchone())

db.execute("create table b (data blob, key integer unique)")
key = db.execute("insert into b values (zeroblob(8), 1)").lastrowid
with db.blobopen("b", "data", key) as blob:
    blob.write(b"abc")
    blob[-1] = 255
    print(len(blob), blob[1:4], blob.tell())
db.commit()
copy = sqlite3.connect(":memory:")
db.backup(copy, progress=lambda status, left, all: print(status, left))
print(copy.execute("select data from b").fetchone())
copy.text_factory = lambda data: data.decode().upper()
copy.row_factory = sqlite3.Row
row = copy.execute("select name, n from t").fetchone()
print(dict(row), row["NAME"], row[-1])
seen = []
db.set_trace_callback(seen.append)
db.execute("select ?", (3,))
print(seen)
for wrong in ("insert into b select data, key from b", "select 1/0 from nowhere", "select twice(1, 2)"):
    try:
        db.execute(wrong)
    except sqlite3.Error as error:
        print(type(error).__name__, error, error.sqlite_errorname, error.sqlite_errorcode)
for call in (lambda: db.execute("select ?", ()), lambda: db.execute("select 1; select 2"), lambda: db.execute("select ?", (object(),))):
    try:
        call()
    except sqlite3.ProgrammingError as error:
        print(error)
db.close()
copy.close()
try:
    db.execute("select 1")
except sqlite3.ProgrammingError as error:
    print(error)
