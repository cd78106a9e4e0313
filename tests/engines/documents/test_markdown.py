from __future__ import annotations

from embexplorer.engines.documents.document import Passage
from embexplorer.engines.documents.markdown import read_markdown

TEXT = """---
title: "My: notes"
tags: [a]
---
# Head *one*

Some **bold** text, a [link](http://x.org) and `code`
on two lines. ![a cat](cat.png) <b>raw</b> &amp; so

- first
- second

| A | B |
|---|---|
| 1 | **2** |

```python
def f():
    pass
```

<div>Web <i>text</i></div>

Second
------
> quoted
"""


def test_a_text_is_what_it_says_without_its_marks():
    document = read_markdown(TEXT)
    assert document.title == "My: notes"
    assert document.notes == ("begins with metadata, which was left out of its text",)
    one, two = "Head one", "Second"
    assert document.passages == [
        Passage("Head one", section=one),
        Passage("Some bold text, a link and code\non two lines. a cat raw & so", section=one),
        Passage("first", section=one),
        Passage("second", section=one),
        Passage("A | B", section=one),
        Passage("1 | 2", section=one),
        Passage("def f():\n    pass", section=one),
        Passage("Web text", section=one),
        Passage("Second", section=two),
        Passage("quoted", section=two),
    ]


def test_a_line_at_the_top_is_no_metadata():
    document = read_markdown("---\nSome text.\n\n---\nMore.")
    assert [passage.text for passage in document.passages] == ["Some text.", "More."]
    assert document.title == ""
    assert read_markdown("# First\n\ntext").title == "First"
