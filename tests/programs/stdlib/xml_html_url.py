"""xml, html, urllib.parse, http.cookies, email, ipaddress."""
import xml.etree.ElementTree as ET, html, urllib.parse as u, ipaddress, email.message, email, html.parser
r = ET.fromstring("<a x='1'><b>t</b>tail<c/>&lt;</a>"); print(ET.tostring(r), r.find("b").text, [e.tag for e in r], r.get("x"), r.find("b").tail, r.findall("*"). __len__())
try:
    ET.fromstring("<a>")
except ET.ParseError as error: print(error)
print(html.escape("<a & 'b'>"), html.unescape("&eacute;&#65;&lt;"), u.urlparse("http://u@a.b:80/c?d=e#f"), u.quote("a b&é/"), u.unquote("%C3%A9"), u.parse_qs("a=1&a=2&b="), u.urlencode({"k": "v w"}), u.urljoin("http://a/b/c", "../d"), ipaddress.ip_address("10.0.0.1") + 1, ipaddress.ip_network("10.0.0.0/30").num_addresses, ipaddress.ip_address("::1").exploded)
m = email.message.EmailMessage(); m["To"] = "a@b"; m["Subject"] = "Hé"; m.set_content("body"); print(m.as_string(), email.message_from_string("A: b\n\nc").get_payload())
class P(html.parser.HTMLParser):
    def handle_starttag(self, tag, attrs): print("start", tag, attrs)
    def handle_data(self, d): print("data", d)
P().feed("<p class=x>hi<br/>&amp;</p>")
