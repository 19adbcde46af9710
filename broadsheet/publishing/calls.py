"""What compiled templates call (see `compiling`): Jinja's functions, for what templates nearly always have."""

from __future__ import annotations

from collections.abc import Callable, Iterator, MutableMapping, Sequence
from types import BuiltinMethodType, FunctionType, MethodType, NoneType
from typing import Any

import jinja2
import markupsafe
from jinja2 import runtime
from jinja2.filters import do_join
from jinja2.nodes import EvalContext
from jinja2.runtime import BlockReference, Context, Macro, markup_join
from markupsafe import Markup, escape

_inner = getattr(markupsafe, "_escape_inner", None)  # not promised by the library
plain: Callable[[str], str] = _inner or (lambda text: str(escape(text)))  # a text as HTML
_CALLED_AS_THEY_ARE = {MethodType, FunctionType, BuiltinMethodType, BlockReference}
_NAMES = {str, NoneType}
_PLAIN_TEXT = {str}


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
        self.parent = self.vars = parent if type(parent) is Names else Names(parent)


def shown(value: object) -> str:
    """Return a value as HTML shows it."""
    return str(escape(value)) if hasattr(value, "__html__") else plain(str(value))


def called(context: Context, callee: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:  # noqa: ANN401 - whatever there is
    """Call a function as a template does; neither methods nor functions of ours want the context."""
    kind = type(callee)
    try:
        if kind in _CALLED_AS_THEY_ARE:
            return callee(*args, **kwargs)
        if kind is Macro:
            return callee(context.eval_ctx, *args, **kwargs) if kwargs else _expanded(context, callee, args)
    except StopIteration as fault:  # somebody further out might take it for the end of something else
        raise RuntimeError from fault
    return context.call(callee, *args, **kwargs)


def _expanded(context: Context, macro: Any, args: tuple[Any, ...]) -> str:  # noqa: ANN401 - its inside is not typed
    """Return what a macro makes of its arguments, without what Macro does for other ways of giving them."""
    absent = macro._argument_count - len(args)  # noqa: SLF001 - as Macro.__call__() has it
    if absent < 0 or macro.caller or macro.catch_kwargs or macro.catch_varargs:
        text: str = macro(context.eval_ctx, *args)
        return text
    text = macro._func(*args, *[runtime.missing] * absent)  # type: ignore[attr-defined]  # noqa: SLF001
    return Markup(text) if context.eval_ctx.autoescape else text  # noqa: S704


_NOBODYS = object()  # what no name in a template means


def own(environment: jinja2.Environment, name: str) -> object:
    """Return a function of ours that templates know by a name: it can be called straight away."""
    known = environment.globals.get(name)
    is_ours = isinstance(known, MethodType | FunctionType) and (known.__module__ or "").startswith("broadsheet.")
    return known if is_ours else _NOBODYS


def imported(context: Context, template: jinja2.Template) -> object:
    """Return the module of a template that sees nothing of the context."""
    module = template._module  # noqa: SLF001 - as Template._get_default_module() has it
    return template._get_default_module(context) if module is None or context.globals_keys else module  # noqa: SLF001


def joined(parts: tuple[Any, ...]) -> str:
    """Join what stands between tildes."""
    for part in parts:
        if type(part) is not str:
            return markup_join(parts)
    return "".join(parts)


@jinja2.pass_eval_context
def join(eval_ctx: EvalContext, value: Any, d: str = "", attribute: str | None = None) -> str:  # noqa: ANN401 - what a filter may be given
    """Join texts, as the filter of this name does."""
    if type(value) is tuple and type(d) is str and type(attribute) in _NAMES:
        texts: Sequence[Any] = value if attribute is None else [_attribute_of(each, attribute) for each in value]
        if _PLAIN_TEXT.issuperset(map(type, texts)):
            return d.join(texts)
    text: str = do_join(eval_ctx, value, d, attribute)
    return text


def _attribute_of(thing: Any, name: str) -> object:  # noqa: ANN401
    """Return an attribute of a named tuple; of anything else, or another kind of name, nothing that could be joined."""
    is_attribute = name.isidentifier() and type(thing).__getitem__ is tuple.__getitem__
    return getattr(thing, name, None) if is_attribute else None
