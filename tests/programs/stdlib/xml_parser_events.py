"""pyexpat: events with their places, entities, namespaces, and what is wrong with documents."""
from xml.parsers import expat

DOCUMENT = b"""<?xml version="1.0" encoding="iso-8859-1"?>
<!DOCTYPE r [
<!ELEMENT r (a|b)*>
<!ATTLIST r kind (x|y) "y" note CDATA #IMPLIED>
<!ENTITY who "w\xf6rld">
]>
<r note="1 &amp; 2"><p:a xmlns:p="urn:p">hello &who;</p:a><!--c--><?go on?><![CDATA[<raw>]]>
</r>
"""
NAMES = """XmlDeclHandler StartDoctypeDeclHandler ElementDeclHandler AttlistDeclHandler EntityDeclHandler EndDoctypeDeclHandler
StartNamespaceDeclHandler StartElementHandler EndElementHandler EndNamespaceDeclHandler CharacterDataHandler CommentHandler
ProcessingInstructionHandler StartCdataSectionHandler EndCdataSectionHandler""".split()

parser = expat.ParserCreate(namespace_separator="|")
parser.buffer_text = True
for name in NAMES:
    def handler(*args, name=name):
        has_place = name in ("StartElementHandler", "EndElementHandler", "CommentHandler", "ProcessingInstructionHandler")
        print(*(parser.CurrentLineNumber, parser.CurrentColumnNumber) if has_place else (), name, args)
    setattr(parser, name, handler)
for start in range(0, len(DOCUMENT), 7):
    parser.Parse(DOCUMENT[start:start + 7])
parser.Parse(b"", True)

for bad in [b"", b"<a>", b"<a></b>", b"<a/><b/>", b"<a b='1' b='2'/>", b"<a>&x;</a>", b"<a>\x01</a>", b"<a b=c/>", b"<a><!-- -- -->",
            b"<!DOCTYPE a [<!ENTITY x '&x;'>]><a>&x;</a>", b"<x:a/>", b"  <?xml version='1.0'?><a/>", "<a>é".encode()[:-1]]:
    try:
        expat.ParserCreate(namespace_separator=" ").Parse(bad, True)
    except expat.ExpatError as error:
        print(bad, "->", error, error.code, error.lineno, error.offset)
