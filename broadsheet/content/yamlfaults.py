"""What a person did when YAML cannot be read: the parser's words are about its own state, these are about the text."""

from __future__ import annotations

from collections.abc import Iterator

import yaml

Told = tuple[int, str, str]
_QUOTING = "Quote values that begin with one of [ ] { } * & ! | > ' \" % @ ` or hold “: ” or “ #”."


def explained(fault: yaml.MarkedYAMLError, text: str) -> Told:
    """Return the line of a fault, counted from 0, a message and a hint."""
    mark = fault.problem_mark or fault.context_mark
    line = mark.line if mark else 0
    lines = text.split("\n")
    shown = lines[line] if line < len(lines) else ""
    words = f"{fault.problem} {fault.context}"
    if told := _of_quotes(fault, text, line):
        return told
    if "mapping values are not allowed" in words:
        return line, f"not YAML: {fault.problem}", 'A value with a colon needs quotes: title: "A: B".'
    if "\t" in shown[: len(shown) - len(shown.lstrip())] or ("start any token" in words and "\t" in shown):
        return line, "not YAML: a tab stands where spaces are expected", "Indent with spaces, not with tabs."
    return _of_brackets(fault) or (line, f"not YAML: {fault.problem or fault.context}", _QUOTING)


def _of_quotes(fault: yaml.MarkedYAMLError, text: str, line: int) -> Told | None:
    """Tell of a quote that is never closed, that closes at a later one, or that closes inside a word."""
    if fault.context and "quoted scalar" in fault.context and fault.context_mark:
        hint = "Close it with the same sign at the end of the value."
        return fault.context_mark.line, "not YAML: a quote opens here and is never closed", hint
    for token in _quoted_before(text):
        start, end = token.start_mark, token.end_mark
        if end.line != line:
            continue
        if start.line != end.line:
            hint = "Close it with the same sign at the end of the value."
            return start.line, "not YAML: a quote opens here and is not closed in this line", hint
        if text[end.index : end.index + 1].strip(" \t\n,]}:#"):
            sign = text[start.index]
            hint = "Write '' for the one inside, or put \"…\" around the value."
            if sign == '"':
                hint = "Write \\\" for the one inside, or put '…' around the value."
            return line, f"not YAML: the value goes on behind a closing {sign}", hint
    return None


def _of_brackets(fault: yaml.MarkedYAMLError) -> Told | None:
    """Tell of a bracket that is not closed."""
    if fault.context and "flow" in fault.context and fault.context_mark:
        sign, example = ("[", "tags: [one, two]") if "sequence" in fault.context else ("{", "links: {code: https://…}")
        return fault.context_mark.line, f"not YAML: a “{sign}” opens here and is not closed", f"Write {example}."
    return None


def _quoted_before(text: str) -> Iterator[yaml.ScalarToken]:
    """Return the quoted values up to the fault."""
    try:
        for token in yaml.scan(text, Loader=yaml.CSafeLoader):
            if isinstance(token, yaml.ScalarToken) and token.style in {"'", '"'}:
                yield token
    except yaml.YAMLError:
        return
