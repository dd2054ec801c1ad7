"""datetime: arithmetic, ISO 8601 both ways, time zones, errors."""
import pickle
from datetime import date, datetime, time, timedelta, timezone

print(date(2024, 2, 29) + timedelta(days=366), date(2024, 2, 29).isocalendar())
print(timedelta(days=-1, microseconds=1), repr(timedelta(hours=1.5)), timedelta(1) / timedelta(3))
print(datetime(2024, 1, 1, tzinfo=timezone.utc).astimezone(timezone(timedelta(hours=5, minutes=30))))
for text in ("2024-W09-4", "20240229T010203.5Z", "2024-02-29 24:00", "2024-02-30", "x"):
    try:
        print(repr(datetime.fromisoformat(text)))
    except ValueError as error:
        print(error)
print(time(1, 2, 3, 4, tzinfo=timezone.utc).isoformat(timespec="milliseconds"))
print(datetime(24, 2, 3).strftime("%Y-%m-%d %f %a|%z|"), datetime.strptime("3 Feb 2024", "%d %b %Y"))
moment = datetime(2024, 1, 1, 1, 2, 3, 4, timezone.utc, fold=1)
print(all(pickle.loads(pickle.dumps(moment, p)) == moment for p in range(6)), repr(moment))
for call in (
    lambda: date(2024, 13, 1),
    lambda: timedelta(days=10**10),
    lambda: datetime(2024, 1, 1) < datetime(2024, 1, 1, tzinfo=timezone.utc),
    lambda: date.max + timedelta(1),
    lambda: timezone(timedelta(days=1)),
):
    try:
        print(call())
    except Exception as error:
        print(type(error).__name__, error)
