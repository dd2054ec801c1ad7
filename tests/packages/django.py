"""django without a database: settings, URL routing, views, templates, forms, middleware, signing and the test client."""
import datetime
import sys

import django
from django import forms
from django.conf import settings

settings.configure(
    DEBUG=False,
    SECRET_KEY="a secret for the test",
    ALLOWED_HOSTS=["testserver"],
    ROOT_URLCONF=__name__,
    USE_TZ=True,
    TIME_ZONE="UTC",
    DATABASES={},
    MIDDLEWARE=["django.middleware.security.SecurityMiddleware", "django.middleware.common.CommonMiddleware", "django.middleware.csrf.CsrfViewMiddleware", f"{__name__}.counting"],
    SESSION_ENGINE="django.contrib.sessions.backends.signed_cookies",
    TEMPLATES=[{
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "OPTIONS": {"loaders": [("django.template.loaders.locmem.Loader", {
            "base.html": "<title>{% block title %}Shop{% endblock %}</title>{% block body %}{% endblock %}",
            "list.html": "{% extends 'base.html' %}{% block title %}{{ block.super }} - {{ title|title }}{% endblock %}"
                         "{% block body %}{% for item in items %}{% cycle 'odd' 'even' %} {{ forloop.counter }}: {{ item.name }} {{ item.price|floatformat:2 }}{% if not forloop.last %}, {% endif %}"
                         "{% empty %}nothing{% endfor %} {% url 'item' number=3 %}{% include 'part.html' with x=5 only %}{% endblock %}",
            "part.html": " [{{ x }}{{ title }}]",
            "404.html": "<p>{{ request_path }} is not here</p>",
        })], "context_processors": ["django.template.context_processors.request"]},
    }],
)
django.setup()

from django.core import signing
from django.core.cache import cache
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.paginator import Paginator
from django.core.validators import EmailValidator, URLValidator
from django.http import Http404, HttpResponse, HttpResponseRedirect, JsonResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.template import Context, Template, TemplateSyntaxError, engines
from django.test import Client, RequestFactory
from django.urls import NoReverseMatch, Resolver404, include, path, re_path, resolve, reverse
from django.utils import dateformat, html, text, timezone
from django.utils.dateparse import parse_datetime
from django.views import View
from django.views.decorators.http import require_POST
from django.views.generic import TemplateView


def counting(get_response):
    def middleware(request):
        response = get_response(request)
        response["X-Path-Length"] = str(len(request.path))
        return response

    return middleware


class OrderForm(forms.Form):
    name = forms.CharField(max_length=10, help_text="Who orders.")
    email = forms.EmailField(required=False)
    count = forms.IntegerField(min_value=1, max_value=9, initial=1)
    size = forms.ChoiceField(choices=[("s", "Small"), ("l", "Large")], widget=forms.RadioSelect)
    when = forms.DateField(input_formats=["%Y-%m-%d"])
    gift = forms.BooleanField(required=False)

    def clean_name(self):
        name = self.cleaned_data["name"]
        if name == "nobody":
            raise ValidationError("Nobody may not order.", code="nobody")
        return name.title()

    def clean(self):
        data = super().clean()
        if data.get("gift") and data.get("count", 0) > 3:
            self.add_error("gift", "Too many for a gift.")
        return data


class ItemView(View):
    def get(self, request, number):
        if number == 404:
            raise Http404("no such item")
        return JsonResponse({"number": number, "query": request.GET.dict(), "agent": request.headers.get("X-Agent")})

    def put(self, request, number):
        return HttpResponse(request.body[::-1], status=201, content_type="text/plain")


def listing(request):
    return render(request, "list.html", {"title": "fruit & more", "items": [{"name": "<apple>", "price": 1.5}, {"name": "pear", "price": 22.255}]})


def order(request):
    form = OrderForm(request.POST or None)
    if form.is_valid():
        response = redirect("item", number=form.cleaned_data["count"])
        response.set_signed_cookie("name", form.cleaned_data["name"])
        return response
    return JsonResponse(form.errors.get_json_data(), status=400)


def forbidden(request):
    raise PermissionDenied


def broken(request):
    raise RuntimeError("broken view")


def stream(request):
    return StreamingHttpResponse((f"{n}\n" for n in range(3)), content_type="text/plain")


async def later(request):
    return HttpResponse(f"async {request.method}")


nested = ([path("one/", lambda request: HttpResponse("one"), name="one")], "nested")
urlpatterns = [
    path("", listing, name="list"),
    path("item/<int:number>/", ItemView.as_view(), name="item"),
    path("order/", order, name="order"),
    path("post/", require_POST(lambda request: HttpResponse("posted"))),
    path("forbidden/", forbidden),
    path("broken/", broken),
    path("stream/", stream),
    path("later/", later),
    path("page/<slug:slug>/<path:rest>", lambda request, slug, rest: HttpResponse(f"{slug} {rest}"), name="page"),
    re_path(r"^year/(?P<year>[0-9]{4})/$", lambda request, year: HttpResponse(year), name="year"),
    path("nested/", include(nested, namespace="nested")),
    path("static-page/", TemplateView.as_view(template_name="part.html", extra_context={"x": 7})),
]

print(reverse("item", kwargs={"number": 5}), reverse("year", args=[2024]), reverse("nested:one"), reverse("page", args=["a-b", "c/d e"]))
match = resolve("/item/12/")
print(match.func.__name__, match.kwargs, match.url_name, match.route)
for call in [lambda: reverse("nosuch"), lambda: reverse("item", args=["x"]), lambda: resolve("/nowhere/")]:
    try:
        call()
    except (NoReverseMatch, Resolver404) as error:
        print(type(error).__name__, str(error)[:90])

client = Client(headers={"X-Agent": "test"}, raise_request_exception=False)
import logging

logging.disable(logging.CRITICAL)
for request in ["/", "/item/3/?a=1&b=%C3%A9", "/item/404/", "/item/x/", "/later/", "/stream/", "/post/", "/forbidden/", "/broken/", "/page/a-b/c/d", "/year/2024/", "/nested/one/", "/static-page/", "/later"]:
    response = client.get(request)
    print(request, response.status_code, response.headers.get("Content-Type"), response.headers.get("X-Path-Length"), response.getvalue().decode().strip(), response.get("Location", ""))
print(client.put("/item/1/", data=b"abc", content_type="text/plain").getvalue(), client.post("/post/").content, client.head("/").content, client.options("/item/1/").headers["Allow"])
for data in [{}, {"name": "ann", "count": "2", "size": "l", "when": "2024-02-29"}, {"name": "nobody", "email": "x", "count": "10", "size": "m", "when": "29.2.2024", "gift": "on"},
             {"name": "far too long a name", "count": "x", "size": "s", "when": "2024-02-30"}, {"name": "a", "count": "5", "size": "s", "when": "2024-01-01", "gift": "on"}]:
    response = client.post("/order/", data)
    print(response.status_code, response.get("Location"), response.content.decode(), sorted(client.cookies))
try:
    Client().get("/broken/")
except RuntimeError as error:
    print("raised", error)

print(OrderForm(initial={"name": "x<"}).as_p())
bound = OrderForm({"name": "", "count": "0"})
print(bound.errors.as_text(), bound["name"].errors, bound.has_changed(), [f.name for f in bound.visible_fields()])
Formset = forms.formset_factory(OrderForm, extra=2, can_delete=True)
print(len(Formset().forms), Formset({"form-TOTAL_FORMS": "1", "form-INITIAL_FORMS": "0"}).is_valid())

template = Template("{% load i18n %}{{ value|default:'none' }} {{ words|join:', '|upper }} {{ text|truncatewords:2 }} {{ n|pluralize }} {{ when|date:'Y-m-d H:i' }} {{ html|safe }} {{ html }} {{ html|striptags }}"
                    "{% with a=1 %}{{ a|add:2 }}{% endwith %}{% if a > 1 and not b or c in words %} yes{% elif b %} b{% else %} no{% endif %} {{ words.0 }} {{ table.key }} {{ words|length }} {{ n|filesizeformat }}{% regroup people by kind as kinds %}"
                    "{% for kind in kinds %}{{ kind.grouper }}:{{ kind.list|length }} {% endfor %}{% spaceless %}<a> <b></b> </a>{% endspaceless %}{# comment #}{% verbatim %}{{ raw }}{% endverbatim %}{% filter lower %}LOW{% endfilter %}{% firstof x y 'z' %}{% now 'Y' as year %}")
print(template.render(Context({"words": ["a", "b"], "text": "one two three", "n": 2048, "when": datetime.datetime(2024, 2, 29, 13, 5), "html": "<b>x</b>", "table": {"key": "v"}, "c": "a", "people": [{"kind": 1}, {"kind": 1}, {"kind": 2}]})))
for source in ["{% if %}", "{% for x %}{% endfor %}", "{{ x|nosuch }}", "{% nosuch %}", "{% block a %}", "{{ }}"]:
    try:
        Template(source)
    except TemplateSyntaxError as error:
        print(repr(source), error)
print(signing.loads(signing.dumps({"a": 1})), signing.Signer().unsign(signing.Signer().sign("x")))
try:
    signing.loads("tampered:with:this")
except signing.BadSignature as error:
    print(type(error).__name__, error)
cache.set("key", [1, 2], 60)
print(cache.get("key"), cache.get("other", "default"), cache.incr("n") if cache.add("n", 1) else None, [list(page) for page in Paginator(range(5), 2)])
print(text.slugify("Héllo, Wörld! "), html.escape("<&'\""), html.format_html("<b>{}</b>", "<x>"), html.urlize("see https://example.org/?a=1 now"), text.Truncator("<p>one two three</p>").words(2, html=True))
print(dateformat.format(datetime.datetime(2024, 2, 29, 13, 5), "jS F Y, P"), parse_datetime("2024-02-29T13:05:00Z"), timezone.make_aware(datetime.datetime(2024, 1, 1)), text.capfirst("word"), text.get_valid_filename("a b/c?.txt"))
for validator, value in [(URLValidator(), "https://example.org/x"), (URLValidator(), "not a url"), (EmailValidator(), "a@b.org"), (EmailValidator(), "a@")]:
    try:
        print(value, validator(value))
    except ValidationError as error:
        print(value, error.messages)
