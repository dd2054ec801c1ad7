"""sqlite3 in memory."""
import sqlite3
db = sqlite3.connect(":memory:"); db.execute("create table t (a integer, b text)")
db.executemany("insert into t values (?, ?)", [(1, "x"), (2, None), (3, "é")]); db.commit()
print(db.execute("select * from t where a > ?", (1,)).fetchall(), db.execute("select sum(a), count(b) from t").fetchone(), [r for r in db.execute("select b from t order by a desc")])
db.row_factory = sqlite3.Row; r = db.execute("select a, b from t").fetchone(); print(r["a"], r.keys(), tuple(r))
for bad in ("select nope from t", "selec", "insert into t values (1)"):
    try:
        db.execute(bad)
    except sqlite3.Error as error: print(type(error).__name__, error)
with db: db.execute("delete from t")
print(db.total_changes, db.execute("select count(*) from t").fetchone()[0]); db.close()
