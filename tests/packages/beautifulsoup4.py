"""Beautiful Soup over the library's own HTML parser: finding, selecting, changing and printing of documents that are not well-formed."""
import re

from bs4 import BeautifulSoup, CData, Comment, NavigableString, SoupStrainer

PAGE = """<!DOCTYPE html>
<html><head><title>A &amp; B</title><style>p { color: red }</style></head>
<body class="page wide" data-n='5'>
<h1 id=top>Fruit <small>(fresh)</small></h1>
<p class="intro">Some <b>bold <i>and</b> mixed</i> text &eacute;&#8212;&nbsp;x<br>after
<p>Second<!-- a comment --> paragraph
<ul><li>apple<li class="ripe sweet">pear <a href="/pear?a=1&amp;b=2">more</a><li>fig</ul>
<table><tr><th>name<th>price<tr><td>apple<td>1.5<tr><td>pear<td>2</table>
<script>if (a < b && c) { x = "</p>"; }</script>
<a href="https://example.org">out</a> <a name=anchor>no link</a>
</body></html>"""

soup = BeautifulSoup(PAGE, "html.parser")
print(soup.title.string, soup.h1["id"], soup.body["class"], soup.body["data-n"])
print([a.get("href") for a in soup.find_all("a")], [li.get_text(" ", strip=True) for li in soup("li")])
print(soup.find("li", class_="ripe").a.attrs, soup.find(string=re.compile("Sec")), soup.find(id="top").small.text)
print([tag.name for tag in soup.find_all(re.compile("^t"))], len(soup.find_all(True)), soup.find("nosuch"))
print([c for c in soup.find_all(string=lambda text: isinstance(text, Comment))])
print(soup.select("ul > li.sweet a[href^='/pear']"), soup.select_one("tr td:nth-of-type(1)").get_text(" ", strip=True), [t.text for t in soup.select("td, th")])
print(soup.select("p:not(.intro)")[0].get_text(strip=True)[:20], len(soup.select("body *")), soup.select("li:-soup-contains('fig')")[-1].text)
rows = [[cell.get_text(strip=True) for cell in row.find_all(["td", "th"], recursive=True)] for row in soup.find_all("tr")]
print(rows)
print([p.name for p in soup.i.parents], soup.b.next_sibling, soup.h1.find_next_sibling("p")["class"], list(soup.ul.stripped_strings))

link = soup.find("a", href="https://example.org")
link.string.replace_with("changed <text>")
link["rel"] = ["nofollow", "me"]
new = soup.new_tag("em", attrs={"title": 'a "quoted" & value'})
new.append(NavigableString("new"))
link.insert_after(new)
soup.find("script").decompose()
soup.ul.li.wrap(soup.new_tag("div"))
soup.h1.small.unwrap()
soup.style.extract()
for item in soup.find_all("p"):
    item.attrs.pop("class", None)
print(soup.prettify()[:900])
print(str(link), link.decode(formatter="minimal"), soup.p.decode(formatter="html"))
print(BeautifulSoup("<a><b/>x<br/>é</a>", "html.parser").encode("ascii"))
print(BeautifulSoup("<p>\xe9</p>".encode("latin-1"), "html.parser", from_encoding="latin-1").p.text)
print(BeautifulSoup('<meta charset="iso-8859-1"><p>\xe9'.encode("latin-1"), "html.parser").original_encoding)
print(BeautifulSoup(PAGE, "html.parser", parse_only=SoupStrainer("li")).get_text("|"))
print(BeautifulSoup("<a>1</a><a>2</a>", "html.parser") == BeautifulSoup("<a>1</a><a>2</a>", "html.parser"), soup.find("b").contents)
tag = BeautifulSoup("<p>a</p>", "html.parser").p
tag.append(CData("raw <data>"))
tag.extend([" x", " y"])
tag.smooth()
print(tag, len(tag.contents), tag.index(tag.contents[1]), bool(tag), tag.sourceline, tag.sourcepos)
