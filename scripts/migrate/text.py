"""Edits of a values file that keep its order, its comments and everything that they do not touch.

A file is a tree of sections. A section is a key with the lines that belong to it: the comments
above it, its own line, and the lines of its value, or the sections of a block.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import yaml

from scripts.values.official import KeyPath
from scripts.yaml_files import MERGE

STEP = 2


@dataclass
class Section:
    """A key and its lines; a block has sections instead of lines of its own."""

    key: str
    # Comments and empty lines above the key.
    head: list[str] = field(default_factory=list)
    # The lines of the key and its value; of a block, the line of the key.
    lines: list[str] = field(default_factory=list)
    # The column of the key in these lines.
    column: int = 0
    # The columns by which the sections of a block are further right.
    step: int = STEP
    sections: dict[str, "Section"] | None = None
    # Makes the sections of a block in one line, or with anchors, when one of its values changes.
    opened: Callable[[], dict[str, "Section"]] | None = None

    def written(self, column: int) -> Iterator[str]:
        """Yield the lines of the section, with its key in a column."""
        shift = column - self.column
        yield from (_shifted(line, shift) for line in (*self.head, *self.lines))
        for section in (self.sections or {}).values():
            yield from section.written(column + self.step)


class ValuesText:
    """The text of a values file."""

    def __init__(
        self, text: str, data: dict[str, Any], is_block: Callable[[KeyPath], bool]
    ) -> None:
        self._is_block = is_block
        self._lines = text.splitlines()
        self._linked = _linked_lines(text)
        node = yaml.compose(text, Loader=yaml.CSafeLoader)
        self._root = Section("", sections={})
        self._top: list[str] = []
        self._end: list[str] = []
        self._commented: set[tuple[KeyPath, str]] = set()
        self._moved: dict[KeyPath, str] = {}
        if isinstance(node, yaml.MappingNode) and not (node.flow_style or _merges(node)):
            last = self._read(self._root, node, data, (), 0)
            self._end = self._lines[last:]
            self._split_top()
        else:
            self._root.sections = {k: self._made(k, v, (k,)) for k, v in data.items()}

    def __contains__(self, path: KeyPath) -> bool:
        block: Section | None = self._root
        for key in path:
            is_block = block and (block.opened or block.sections)
            block = _sections(block).get(key) if block and is_block else None
        return block is not None

    def remove(self, path: KeyPath) -> None:
        """Remove a value, and the blocks that are empty then."""
        del self._block(path[:-1])[path[-1]]
        while path := path[:-1]:
            above = self._block(path[:-1])
            if above[path[-1]].sections:
                return
            comments = above.pop(path[-1]).head
            new = self._moved.get(path)
            if new:
                above[new].head = comments

    def move(self, path: KeyPath, to: KeyPath) -> None:
        """Move a value with its comments to another path."""
        block = self._block(path[:-1])
        section = block[path[-1]]
        _rename(section, to[-1])
        if path[:-1] == to[:-1]:
            moved = {one.key: one for one in block.values()}
            block.clear()
            block.update(moved)
            return
        if to[:1] not in self:
            # The comments of the old block are those of the new one, when the old one is empty.
            self._moved.setdefault(path[:1], to[0])
        self._block(to[:-1], after=path[0])[to[-1]] = section
        self.remove(path)

    def set(self, path: KeyPath, value: Any, comment: str = "") -> None:
        """Write a value, instead of the one at its path or at the end of its block."""
        block = self._block(path[:-1])
        section = _dumped(path[-1], value)
        if comment and (path[:-1], comment) not in self._commented:
            # The next ones at the end of this block are below the same comment.
            self._commented.add((path[:-1], comment))
            section.head = [f"# {comment}"]
        if path[-1] in block:
            section.head = [_shifted(one, -block[path[-1]].column) for one in block[path[-1]].head]
        block[path[-1]] = section

    def __str__(self) -> str:
        lines = [*self._top]
        for section in _sections(self._root).values():
            lines += section.written(0)
        return "\n".join([*lines, *self._end]).strip("\n") + "\n"

    def _block(self, path: KeyPath, after: str | None = None) -> dict[str, Section]:
        """Return the sections of a block, which is created if needed."""
        block = self._root
        for depth, key in enumerate(path):
            sections = _sections(block)
            if key not in sections:
                made = Section(key, lines=[f"{_quoted(key)}:"], sections={})
                if depth == 0 and after in sections:
                    _insert(sections, made, after)
                else:
                    sections[key] = made
            block = sections[key]
        return _sections(block)

    def _split_top(self) -> None:
        """Keep the comment at the top of the file there, whatever happens to the first key."""
        first = next(iter(_sections(self._root).values()), None)
        if first is None:
            return
        starts = [number for number, line in enumerate(first.head) if line.startswith("---")]
        ends = starts[-1:] or [number for number, line in enumerate(first.head) if not line]
        if ends:
            self._top, first.head = first.head[: ends[0] + 1], first.head[ends[0] + 1 :]

    def _read(
        self, into: Section, node: yaml.MappingNode, data: Any, path: KeyPath, start: int
    ) -> int:
        """Add the sections of a block in the file; return the line after its last value."""
        end = start
        for key, value in node.value:
            first = key.start_mark.line
            head = self._lines[end:first]
            section = self._section(key, value, data[key.value], (*path, key.value))
            section.head = head
            end = max(_end(value), first + 1)
            _sections(into)[key.value] = section
        return end

    def _section(self, key: yaml.Node, value: yaml.Node, data: Any, path: KeyPath) -> Section:
        first, last = key.start_mark.line, max(_end(value), key.start_mark.line + 1)
        linked = any(line in self._linked for line in range(first, last)) or _has_merges(value)
        keeps = path[0].startswith("x-") or not linked
        if keeps and not (isinstance(data, dict) and data and self._is_block(path)):
            return Section(path[-1], [], self._lines[first:last], key.start_mark.column)
        if linked:
            return self._made(path[-1], data, path)
        if value.flow_style:
            section = Section(path[-1], [], self._lines[first:last], key.start_mark.column)
            section.opened = lambda: _sections(self._made(path[-1], data, path))
            return section
        # The value is a block, which begins below its key.
        section = Section(path[-1], [], [self._lines[first]], key.start_mark.column, sections={})
        section.step = value.start_mark.column - section.column
        self._read(section, value, data, path, first + 1)
        return section

    def _made(self, key: str, data: Any, path: KeyPath) -> Section:
        """Return the section of data, without comments, anchors and aliases."""
        if not (isinstance(data, dict) and data and self._is_block(path)):
            return _dumped(key, data)
        section = Section(key, lines=[f"{_quoted(key)}:"], sections={})
        section.sections = {k: self._made(k, v, (*path, k)) for k, v in data.items()}
        return section


def _sections(section: Section) -> dict[str, Section]:
    if section.opened:
        section.sections, section.opened = section.opened(), None
        section.head = [_shifted(line, -section.column) for line in section.head]
        section.lines, section.column = [f"{_quoted(section.key)}:"], 0
    if section.sections is None:
        # A map as a value, such as `config: {}`, into which another value moves.
        text = "\n".join(line[section.column :] for line in section.lines)
        data = yaml.safe_load(text)[section.key] or {}
        if not isinstance(data, dict):
            raise KeyError(section.key)
        section.sections = {key: _dumped(key, value) for key, value in data.items()}
        section.head = [_shifted(line, -section.column) for line in section.head]
        section.lines, section.column = [f"{_quoted(section.key)}:"], 0
    return section.sections


def _insert(sections: dict[str, Section], made: Section, after: str) -> None:
    items = list(sections.items())
    place = [key for key, _ in items].index(after) + 1
    items.insert(place, (made.key, made))
    sections.clear()
    sections.update(items)


def _rename(section: Section, key: str) -> None:
    if section.key == key:
        return
    line = section.lines[0]
    after = line[section.column :].partition(":")[2]
    section.lines[0] = f"{' ' * section.column}{_quoted(key)}:{after}"
    section.key = key


def _dumped(key: str, value: Any) -> Section:
    text = yaml.safe_dump({key: value}, sort_keys=False, width=float("inf"), allow_unicode=True)
    return Section(key, lines=text.splitlines())


def _quoted(key: str) -> str:
    return yaml.safe_dump({key: 0}).rpartition(":")[0]


def _shifted(line: str, columns: int) -> str:
    if not line.strip() or columns == 0:
        return line
    if columns > 0:
        return " " * columns + line
    return line[min(-columns, len(line) - len(line.lstrip(" "))) :]


def _end(node: yaml.Node) -> int:
    """Return the line after the last one of a value, without comments below it."""
    if not isinstance(node, yaml.ScalarNode) and not node.flow_style and node.value:
        last = node.value[-1]
        return max(_end(one) for one in (last if isinstance(last, tuple) else (last,)))
    mark = node.end_mark
    return mark.line + (mark.column > 0)


def _merges(node: yaml.MappingNode) -> bool:
    """Return whether a map takes keys from others."""
    return any(key.tag == MERGE for key, _ in node.value)


def _has_merges(node: yaml.Node) -> bool:
    """Return whether a block, or a block in it, takes keys from others."""
    return isinstance(node, yaml.MappingNode) and (
        _merges(node) or any(_has_merges(value) for _, value in node.value)
    )


def _linked_lines(text: str) -> set[int]:
    """Return the lines with anchors, aliases and merge keys."""
    events = yaml.parse(text, Loader=yaml.CSafeLoader)
    return {event.start_mark.line for event in events if getattr(event, "anchor", None)}
