"""The part of _testcapi (which see) that looks at `_datetime` from C: constructors, checks and fields."""

def _types():
    import _datetime
    return _datetime


def test_datetime_capi():
    """In C this fetches the table of types; here it makes sure that there is one."""
    _types()


def _check(name):
    def check(object, exact=False, /):
        kind = getattr(_types(), name)
        return type(object) is kind if exact else issubclass(type(object), kind)

    check.__name__ = check.__qualname__ = f"datetime_check_{'delta' if name == 'timedelta' else name}"
    return check


datetime_check_date = _check("date")
datetime_check_time = _check("time")
datetime_check_datetime = _check("datetime")
datetime_check_delta = _check("timedelta")
datetime_check_tzinfo = _check("tzinfo")


def _zone(offset, *name):
    # A zone without an offset and without a name of its own is the one UTC.
    types = _types()
    return types.timezone(offset, *name) if offset or name else types.timezone.utc


def get_timezone_utc_capi(macro=False, /):
    return _types().timezone.utc


def make_timezones_capi():
    offset = _types().timedelta(0, -18000, 0)
    return _zone(offset, "EST"), _zone(offset, "EST"), _zone(offset)


def get_timezones_offset_zero():
    offset = _types().timedelta(0, 0, 0)
    return _zone(offset), _zone(offset), _zone(offset, "")


def get_date_fromdate(macro, year, month, day, /):
    return _types().date(year, month, day)


def get_datetime_fromdateandtime(macro, *fields):
    return _types().datetime(*fields)


def get_datetime_fromdateandtimeandfold(macro, *fields):
    *fields, fold = fields
    return _types().datetime(*fields, fold=fold)


def get_time_fromtime(macro, *fields):
    return _types().time(*fields)


def get_time_fromtimeandfold(macro, *fields):
    *fields, fold = fields
    return _types().time(*fields, fold=fold)


def get_delta_fromdsu(macro, days, seconds, microseconds, /):
    return _types().timedelta(days, seconds, microseconds)


def get_date_fromtimestamp(timestamp, macro=False, /):
    return _types().date.fromtimestamp(timestamp)


def get_datetime_fromtimestamp(timestamp, tzinfo, use_tzinfo, macro=False, /):
    if use_tzinfo:
        return _types().datetime.fromtimestamp(timestamp, tzinfo)
    return _types().datetime.fromtimestamp(timestamp)


def PyDateTime_GET(object, /):
    return object.year, object.month, object.day


def PyDateTime_DATE_GET(object, /):
    return object.hour, object.minute, object.second, object.microsecond, object.tzinfo


def PyDateTime_TIME_GET(object, /):
    return object.hour, object.minute, object.second, object.microsecond, object.tzinfo


def PyDateTime_DELTA_GET(object, /):
    return object.days, object.seconds, object.microseconds


