"""datetime: dates, times, arithmetic, parsing, formatting, zones."""
from datetime import date, time, datetime, timedelta, timezone
d = date(2024, 2, 29); print(d, repr(d), d.weekday(), d.isoweekday(), d.isocalendar(), d.replace(year=2023, day=28), d + timedelta(days=366), d - date(2023, 2, 28), d.strftime("%Y/%m/%d %A %B %j %U"), f"{d:%d.%m.%y}", d.toordinal(), date.fromordinal(1), d.timetuple().tm_yday, date.fromisoformat("2024-W09-4"), d.ctime(), date.max, d < date(2025, 1, 1), hash(d) == hash(date(2024, 2, 29)))
t = time(13, 5, 9, 120); print(t, repr(t), t.isoformat("minutes"), t.strftime("%I:%M %p"), time.fromisoformat("04:23:01.5+02:00"), time(1) < time(2), bool(time(0)))
x = datetime(2024, 1, 31, 23, 59, 58, 999999); print(x, repr(x), x + timedelta(seconds=2), x.date(), x.time(), x.isoformat(" ", "seconds"), datetime.fromisoformat("2024-05-06T07:08:09.123456Z"), datetime.strptime("5 Mar 2021 14:02", "%d %b %Y %H:%M"), datetime.combine(d, t), x.replace(microsecond=0), (x - datetime(2024, 1, 1)).total_seconds(), datetime(1970, 1, 2, tzinfo=timezone.utc).timestamp(), datetime.fromtimestamp(0, timezone.utc))
z = timezone(timedelta(hours=5, minutes=30)); a = datetime(2024, 1, 1, tzinfo=z); print(a, a.utcoffset(), a.tzname(), a.astimezone(timezone.utc), a == datetime(2023, 12, 31, 18, 30, tzinfo=timezone.utc), timezone.utc, repr(z), timezone(timedelta(0), "X"))
p = timedelta(days=1, hours=25, minutes=-5, microseconds=1); print(p, repr(p), p.days, p.seconds, p * 2, p / 3, p // timedelta(hours=1), p % timedelta(hours=1), -p, abs(-p), p > timedelta(1), timedelta(weeks=1), timedelta(milliseconds=1500), divmod(p, timedelta(days=1)), p == timedelta(days=2, minutes=55, microseconds=1), str(timedelta(-1)))
for bad in ("date(2023, 2, 29)", "time(25)", "datetime(2024, 13, 1)", "date.fromisoformat('x')", "datetime.strptime('x', '%Y')", "d + 1", "d - a", "d < x", "timedelta(days=10**10)", "date.max + timedelta(1)", "timezone(timedelta(hours=24))", "datetime(2024, 1, 1) < a", "date()", "date('x')", "datetime.fromisoformat('2024-01-01T25:00')", "d.replace(month=2, day=30)"):
    try:
        print(bad, eval(bad))
    except Exception as error:
        print(bad, "->", type(error).__name__, error)
print([str(date(2024, 1, 1) + timedelta(days=31 * i)) for i in range(4)], min(date(2024, 1, 2), d), sorted([x, datetime(2020, 1, 1)])[0].year)
