"""YAML with positions: every fault of a file at once, each as `file:line:column: field: message`.

Scalars keep the text the person wrote (10:40:00 stays a time, 2.10 keeps its zero, `on` is a word), so that
the model alone decides what they mean. Anchors, aliases and doubled keys are refused.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from difflib import get_close_matches
from pathlib import Path
from typing import Any, TypeVar

import yaml
from pydantic import BaseModel, ValidationError

from auction.errors import BadInput, Fault, bad_input
from auction.language import Message, say
from auction.tables import read_text, shown

DEEPEST = 40
"""Levels within levels; a reader that follows a file deeper runs out of stack."""

M = TypeVar("M", bound=BaseModel)
Path_ = tuple[str | int, ...]
Tree = str | None | list["Tree"] | dict[str, "Tree"]

LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

SENTENCES: Mapping[str, Message] = {
    "missing": say("缺少必填项"),
    "extra_forbidden": say("未知字段"),
    "enum": say("取值应为 {expected}"),
    "literal_error": say("取值应为 {expected}"),
    "decimal_parsing": say("应为数字"),
    "int_parsing": say("应为整数"),
    "int_type": say("应为整数"),
    "bool_parsing": say("应为 true 或 false"),
    "string_type": say("应为文字"),
    "string_too_short": say("太短：至少 {min_length} 个字"),
    "string_pattern_mismatch": say("写法应符合 {pattern}"),
    "greater_than": say("应大于 {gt}"),
    "greater_than_equal": say("应不小于 {ge}"),
    "less_than": say("应小于 {lt}"),
    "less_than_equal": say("应不大于 {le}"),
    "too_short": say("太少：至少 {min_length} 项"),
    "too_long": say("太多：至多 {max_length} 项"),
    "list_type": say("应为列表"),
    "tuple_type": say("应为列表"),
    "dict_type": say("应为 键: 值 的结构"),
    "model_type": say("应为 键: 值 的结构"),
    "model_attributes_type": say("应为 键: 值 的结构"),
    "time_parsing": say("应为时间 时:分:秒"),
    "time_type": say("应为时间 时:分:秒"),
    "date_parsing": say("应为日期 年-月-日"),
    "date_from_datetime_parsing": say("应为日期 年-月-日"),
    "date_type": say("应为日期 年-月-日"),
    "union_tag_invalid": say("取值应为 {expected_tags}"),
    "union_tag_not_found": say("缺少必填项"),
    "finite_number": say("应为有限的数字"),
}


@dataclass(frozen=True, slots=True)
class Document:
    """A YAML file as plain text values, with the place of each."""

    path: Path
    data: dict[str, Tree]
    places: Mapping[Path_, tuple[int, int]]
    faults: tuple[Fault, ...] = ()
    """What is wrong whatever the model: `validate` tells it along with the rest."""

    def place(self, where: Path_) -> tuple[int, int]:
        """Line and column of the nearest thing that stands in the file at or above `where`."""
        while where not in self.places:
            where = where[:-1]
        return self.places[where]

    def written(self, where: Path_) -> Any:
        """What stands in the file at `where`."""
        value: Any = self.data
        for part in where:
            value = value[part]
        return value

    def fault(self, where: Path_, message: Message) -> Fault:
        """A fault at the place of `where`."""
        line, column = self.place(where)
        return Fault(message, str(self.path), line, column, dotted(where) or None)


def read_model(path: Path, model: type[M], kind: str) -> M:
    """The file as `model`. Raises BadInput with every fault, each with its place."""
    document = read_document(path)
    require_kind(document, kind)
    return validate(document, model)


def read_document(path: Path) -> Document:
    """The file's plain values with their places. Raises BadInput for broken YAML."""
    text = read_text(path)
    try:
        _refuse_what_we_do_not_read(path, yaml.parse(text, Loader=LOADER))
        node = yaml.compose(text, Loader=LOADER)
    except yaml.MarkedYAMLError as error:
        raise _syntax_fault(path, error.problem_mark or error.context_mark, error.problem) from None
    except (yaml.YAMLError, ValueError) as error:
        raise bad_input(say("YAML 语法错误（{reason}）", reason=str(error).partition("\n")[0]), path) from None
    if not isinstance(node, yaml.MappingNode):
        raise bad_input(say("应为 键: 值 的结构，以 kind: 开头"), path, line=1)
    builder = _Builder(path)
    data = builder.mapping(node, ())
    return Document(path, data, builder.places, tuple(builder.faults))


def _refuse_what_we_do_not_read(path: Path, events: Iterable[yaml.Event]) -> None:
    """Raise BadInput for an anchor, an alias, or levels within levels beyond DEEPEST."""
    depth = 0
    for event in events:
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        line, column = _place(event.start_mark)
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
            raise BadInput([Fault(say("不接受锚点与别名（& 和 *）"), str(path), line, column)])
        if depth > DEEPEST:
            raise BadInput([Fault(say("层次太深：最多 {deepest} 层", deepest=DEEPEST), str(path), line, column)])


def require_kind(document: Document, kind: str) -> None:
    """Raise BadInput unless the file says `kind: <kind>`."""
    got = document.data.get("kind")
    if got != kind:
        wrong = say("应为 kind: {kind}，实为 {got}", kind=kind, got=shown(got))
        raise BadInput([document.fault(("kind",), say("应为 kind: {kind}", kind=kind) if got is None else wrong)])


def validate(document: Document, model: type[M]) -> M:
    """The document as `model`, whose `kind` has been seen to. Raises BadInput."""
    data = {key: value for key, value in document.data.items() if key != "kind"}
    try:
        read = model.model_validate(data)
    except ValidationError as error:
        raise BadInput(_in_order([*document.faults, *faults_of(error, document, model)])) from None
    if document.faults:
        raise BadInput(document.faults)
    return read


def faults_of(error: ValidationError, document: Document, model: type[BaseModel]) -> list[Fault]:
    """pydantic's errors in the user's words."""
    faults = []
    details = error.errors(include_url=False)
    for detail in details:
        if detail["type"] == "too_short" and any(_inside(other["loc"], detail["loc"]) for other in details):
            continue
        where = known_part(detail["loc"], document)
        if detail["type"] == "missing":
            place = where
            where = (*where, detail["loc"][-1])
        else:
            place = (*where, "#key") if detail["type"] == "extra_forbidden" else where
        line, column = document.place(place)
        if not isinstance(detail["input"], str) and detail["type"] != "missing":
            detail["input"] = document.written(where)
        message = sentence_for(detail, siblings(where, model))
        faults.append(Fault(message, str(document.path), line, column, dotted(where) or None))
    return faults


def _in_order(faults: Sequence[Fault]) -> list[Fault]:
    return sorted(faults, key=lambda fault: (fault.line or 0, fault.column or 0))


def _inside(where: Path_, above: Path_) -> bool:
    return len(where) > len(above) and where[: len(above)] == above


def sentence_for(detail: Any, known: Sequence[str] = ()) -> Message:
    """One pydantic error detail in the user's words."""
    kind, context, got = detail["type"], detail.get("ctx", {}), detail.get("input")
    if kind == "missing":
        return say("缺少必填项")
    if kind == "extra_forbidden":
        near = get_close_matches(str(detail["loc"][-1]), known, 1, 0.5)
        return say("未知字段，是否想写 {near}？", near=near[0]) if near else say("未知字段")
    if kind == "value_error":
        cause = context["error"].args[0] if context["error"].args else ""
        reason = cause if isinstance(cause, Message) else say("{reason}", reason=cause)
    else:
        values = {name: str(value).replace(" or ", ", ") for name, value in context.items()}
        reason = replace(SENTENCES.get(kind, say("取值不合要求")), values=values)
    return say("{reason}（实际值 {got}）", reason=reason, got=shown(got)) if isinstance(got, str) else reason


def dotted(where: Path_) -> str:
    """A place as people write it: windows.0.issues.1.tenor."""
    return ".".join(str(part) for part in where)


def known_part(where: Path_, document: Document) -> Path_:
    """`where` without the names of union branches, which are pydantic's and not the file's."""
    known: Path_ = ()
    for part in where:
        if (*known, part) in document.places:
            known = (*known, part)
    return known


def siblings(where: Path_, model: type[BaseModel]) -> list[str]:
    """The names a model knows at the place of an unknown one."""
    current: Any = model
    for part in where[:-1]:
        current = _inner_model(current, part)
        if current is None:
            return []
    return [field.alias or name for name, field in current.model_fields.items()]


def _inner_model(model: Any, part: str | int) -> Any:
    if isinstance(part, int):
        return model
    for name, field in model.model_fields.items():
        if part in (name, field.alias):
            return next(_models_in(field.annotation), None)
    return None


def _models_in(annotation: Any) -> Any:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for inner in getattr(annotation, "__args__", ()):
        yield from _models_in(inner)


def _syntax_fault(path: Path, mark: Any, problem: str | None) -> BadInput:
    line, column = _place(mark) if mark else (None, None)
    return BadInput([Fault(say("YAML 语法错误（{reason}）", reason=problem or ""), str(path), line, column)])


def _place(mark: Any) -> tuple[int, int]:
    """A mark as people count: from 1."""
    return mark.line + 1, mark.column + 1


class _Builder:
    """Composed nodes to plain values, remembering where each stood."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.places: dict[Path_, tuple[int, int]] = {}
        self.faults: list[Fault] = []

    def build(self, node: yaml.Node, where: Path_) -> Tree:
        """The node as text, list or mapping."""
        self._remember(where, node)
        if isinstance(node, yaml.MappingNode):
            return self.mapping(node, where)
        if isinstance(node, yaml.SequenceNode):
            return [self.build(item, (*where, number)) for number, item in enumerate(node.value)]
        plain = not getattr(node, "style", None)
        return None if plain and node.value in ("", "~", "null") else str(node.value)

    def mapping(self, node: yaml.MappingNode, where: Path_) -> dict[str, Tree]:
        """The mapping, its doubled and its unreadable keys noted as faults."""
        self._remember(where, node)
        out: dict[str, Tree] = {}
        for key, value in node.value:
            name = str(key.value)
            if not isinstance(key, yaml.ScalarNode) or not name.isprintable():
                line, column = _place(key.start_mark)
                self.faults.append(Fault(say("键应为一行文字"), str(self.path), line, column, dotted(where) or None))
                continue
            self._remember((*where, name, "#key"), key)
            if name in out:
                line, column = _place(key.start_mark)
                inside = dotted((*where, name))
                self.faults.append(Fault(say("这个键写了两次"), str(self.path), line, column, inside))
            out[name] = self.build(value, (*where, name))
        return out

    def _remember(self, where: Path_, node: yaml.Node) -> None:
        self.places[where] = _place(node.start_mark)
