"""YAML with the place of every key and value, for the forms that the case files use: block and flow maps and lists, plain,
quoted and block scalars, anchors and aliases. It is no checker: the files that it reads are good ones."""
import dataclasses


@dataclasses.dataclass
class Node:
    kind: str  # map, list, scalar, alias, null
    start: int  # of the value's text, behind its anchor; of a null: behind the ':'
    end: int
    flow: bool = False
    text: str = ""  # of a scalar, as written
    entries: list = dataclasses.field(default_factory=list)  # of a map
    items: list = dataclasses.field(default_factory=list)  # of a list


@dataclasses.dataclass
class Entry:
    key: str
    start: int  # of the key
    key_end: int  # behind the key, quotes included
    value: Node


def read(text):
    reader = _Reader(text)
    reader.skip_blank()
    node = reader.block(-1)
    reader.skip_blank()
    if reader.at != len(text):
        raise ValueError(f"line {text.count(chr(10), 0, reader.at) + 1}: this reader does not know this form")
    return node


class _Reader:
    def __init__(self, text):
        self.text = text
        self.at = 0

    def column(self, at=None):
        at = self.at if at is None else at
        return at - (self.text.rfind("\n", 0, at) + 1)

    def line_end(self):
        end = self.text.find("\n", self.at)
        return len(self.text) if end < 0 else end

    def skip_blank(self):
        while self.at < len(self.text):
            c = self.text[self.at]
            if c == "#" and (self.at == 0 or self.text[self.at - 1] in " \n"):
                self.at = self.line_end()
            elif c in " \n":
                self.at += 1
            else:
                return

    def skip_spaces(self):
        while self.at < len(self.text) and self.text[self.at] == " ":
            self.at += 1

    def on_item(self):
        return self.text[self.at:self.at + 2] in ("- ", "-\n")

    def key_end(self):
        """Behind the key that stands here, when one does."""
        start, line = self.at, self.line_end()
        if self.text[start] in "[{*|>#":
            return None
        if self.text[start] in "\"'":
            end = self.text.index(self.text[start], start + 1) + 1
            return end if self.text[end:end + 1] == ":" else None
        for end in range(start, line):
            if self.text[end] == ":" and self.text[end + 1:end + 2] in ("", " ", "\n"):
                return end
            if self.text.startswith(" #", end):
                return None
        return None

    def block(self, parent):
        """The value that stands here, below a map or a list at the column `parent`."""
        if self.on_item():
            return self.block_list()
        if self.text[self.at] not in "[{*&|>" and self.key_end() is not None:
            return self.block_map()
        return self.scalar(parent)

    def block_list(self):
        column, node = self.column(), Node("list", self.at, self.at)
        while self.at < len(self.text) and self.column() == column and self.on_item():
            self.at += 1
            self.skip_spaces()
            node.items.append(self.block(column))
            node.end = node.items[-1].end
            self.skip_blank()
        return node

    def block_map(self):
        column, node = self.column(), Node("map", self.at, self.at)
        while self.at < len(self.text) and self.column() == column and not self.on_item():
            start, end = self.at, self.key_end()
            self.at = end + 1
            node.entries.append(Entry(self.text[start:end].strip("\"'"), start, end, self.below_key(column)))
            node.end = max(node.entries[-1].value.end, end + 1)
            self.skip_blank()
        return node

    def below_key(self, column):
        empty = self.at
        self.skip_spaces()
        self.skip_anchor()
        if self.at < self.line_end() and self.text[self.at] != "#":
            return self.block(column) if self.text[self.at] in "[{*|>" else self.scalar(column)
        self.skip_blank()
        here = self.column()
        if self.at < len(self.text) and (here > column or here == column and self.on_item()):
            return self.block(column)
        return Node("null", empty, empty)

    def skip_anchor(self):
        if self.text[self.at:self.at + 1] == "&":
            while self.text[self.at] not in " \n":
                self.at += 1
            self.skip_spaces()

    def scalar(self, parent):
        start = self.at
        if self.text[start] in "[{":
            return self.flow()
        if self.text[start] in "|>":
            return self.block_scalar(parent)
        if self.text[start] in "\"'":
            return self.quoted()
        end = self.line_end()
        comment = self.text.find(" #", start, end)
        self.at = end if comment < 0 else comment
        written = self.text[start:self.at].rstrip()
        return Node("alias" if written.startswith("*") else "scalar", start, start + len(written), text=written)

    def block_scalar(self, parent):
        start = end = self.at
        while True:
            self.at = self.line_end()
            end = self.at
            following = self.at + 1
            while self.text[following:following + 1] == "\n":
                following += 1
            indent = len(self.text[following:]) - len(self.text[following:].lstrip(" "))
            if following >= len(self.text) or indent <= parent:
                return Node("scalar", start, end, text=self.text[start:end])
            self.at = following

    def quoted(self):
        quote, start = self.text[self.at], self.at
        self.at += 1
        while self.text[self.at] != quote or self.text[self.at:self.at + 2] == "''" == 2 * quote:
            self.at += 2 if self.text[self.at] == "\\" and quote == '"' or self.text[self.at] == quote else 1
        self.at += 1
        return Node("scalar", start, self.at, text=self.text[start:self.at])

    def flow(self):
        opening = self.text[self.at]
        node = Node("map" if opening == "{" else "list", self.at, self.at, flow=True)
        self.at += 1
        while True:
            self.skip_blank()
            if self.text[self.at] in "]}":
                self.at += 1
                node.end = self.at
                return node
            if self.text[self.at] == ",":
                self.at += 1
            elif node.kind == "list":
                node.items.append(self.flow_value())
            else:
                start, end = self.at, self.key_end()
                self.at = end + 1
                self.skip_blank()
                node.entries.append(Entry(self.text[start:end].strip("\"'"), start, end, self.flow_value()))

    def flow_value(self):
        self.skip_anchor()
        c = self.text[self.at]
        if c in "[{":
            return self.flow()
        if c in "\"'":
            return self.quoted()
        start = self.at
        while self.text[self.at] not in ",]}\n":
            if self.text.startswith("${", self.at):
                self.at = self.text.index("}", self.at)
            self.at += 1
        written = self.text[start:self.at].rstrip()
        kind = "null" if not written else "alias" if written.startswith("*") else "scalar"
        return Node(kind, start, start + len(written), text=written)
