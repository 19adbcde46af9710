"""What compiled templates call (see `compiling`): Jinja's functions, for what templates nearly always have."""

from __future__ import annotations

from collections.abc import Callable, Iterator, MutableMapping
from types import FunctionType, MethodType
from typing import Any

import jinja2
import markupsafe
from jinja2 import runtime
from jinja2.filters import do_join
from jinja2.nodes import EvalContext
from jinja2.runtime import Context, Macro, markup_join
from markupsafe import escape

_inner = getattr(markupsafe, "_escape_inner", None)  # not promised by the library
plain: Callable[[str], str] = _inner or (lambda text: str(escape(text)))  # a text as HTML


class Names(dict[str, object]):
    """What a template can name, the globals and its own; what is not there is `missing`."""

    def __missing__(self, name: str) -> object:
        return runtime.missing  # type: ignore[attr-defined]


class ShortContext(Context):
    """A context in which a name is one look-up."""

    def __init__(
        self,
        environment: jinja2.Environment,
        parent: dict[str, object],
        name: str | None,
        blocks: dict[str, Callable[[Context], Iterator[str]]],
        globals: MutableMapping[str, object] | None = None,  # noqa: A002 - the library's name
    ) -> None:
        super().__init__(environment, parent, name, blocks, globals)
        self.parent = self.vars = Names(parent)


def shown(value: object) -> str:
    """Return a value as HTML shows it."""
    return str(escape(value)) if hasattr(value, "__html__") else plain(str(value))


def called(context: Context, callee: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:  # noqa: ANN401 - whatever there is
    """Call a function as a template does; neither methods nor functions of ours want the context."""
    kind = type(callee)
    try:
        if kind is MethodType or kind is FunctionType:
            return callee(*args, **kwargs)
        if kind is Macro:
            return callee(context.eval_ctx, *args, **kwargs)
    except StopIteration as fault:  # somebody further out might take it for the end of something else
        raise RuntimeError from fault
    return context.call(callee, *args, **kwargs)


def joined(parts: tuple[Any, ...]) -> str:
    """Join what stands between tildes."""
    for part in parts:
        if type(part) is not str:
            return markup_join(parts)
    return "".join(parts)


@jinja2.pass_eval_context
def join(eval_ctx: EvalContext, value: Any, d: str = "", attribute: str | None = None) -> str:  # noqa: ANN401 - what a filter may be given
    """Join texts, as the filter of this name does."""
    if attribute is None and type(value) is tuple and type(d) is str and all(type(each) is str for each in value):
        return d.join(value)
    text: str = do_join(eval_ctx, value, d, attribute)
    return text
