"""How templates become Python: what Jinja would write, but taking the short way through everything that goes well.

Jinja's code asks at every step what an expression might be: an attribute or an item, a macro or a function, text or
markup. Here it takes what it nearly always is, and stops with an exception where Jinja would go on looking. Then the
page is rendered again by Jinja's own code (see render.Renderer), so that a template means what Jinja says it means.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from keyword import iskeyword

from jinja2 import nodes
from jinja2.compiler import CodeGenerator, Frame, optimizeconst

from broadsheet.publishing.fragments import Fragments

_TEXT = "(plain(text) if (text := {}).__class__ is str else text if text.__class__ is Markup else shown(text))"


class ShortWay(CodeGenerator):
    """Writes templates whose functions, attributes, items and texts are taken straight away."""

    def visit_Template(self, node: nodes.Template, frame: Frame | None = None) -> None:  # noqa: N802 - the library's
        """Write a whole template."""
        self.writeline("from broadsheet.publishing.calls import called, joined, plain, shown")
        self.writeline(f"pieces = environment.extensions[{Fragments.identifier!r}].pieces")
        # Without context, Jinja gives the text of an include away past everything that collects text.
        self._collects = all(each.with_context for each in node.find_all(nodes.Include))
        super().visit_Template(node, frame)

    def write_commons(self) -> None:
        """Begin the function of a template or a block: a name is one look-up (see calls.ShortContext)."""
        super().write_commons()
        self.writeline("resolve = context.vars.__getitem__")

    def enter_frame(self, frame: Frame) -> None:
        """Begin a scope. A template and a block collect their text, so that they give it away in one step."""
        super().enter_frame(frame)
        if frame.parent is None and self._collects:
            self.buffer(frame)

    def leave_frame(self, frame: Frame, with_python_scope: bool = False) -> None:
        """End a scope."""
        super().leave_frame(frame, with_python_scope=with_python_scope)
        if frame.parent is None and self._collects:
            self.writeline(f"yield concat({frame.buffer})")

    @optimizeconst
    def visit_Getattr(self, node: nodes.Getattr, frame: Frame) -> None:  # noqa: N802
        """Write `x.name`."""
        if not node.attr.isascii() or iskeyword(node.attr) or isinstance(node.node, nodes.Literal):
            super().visit_Getattr(node, frame)
            return
        with self._around("(", f").{node.attr}"):
            self.visit(node.node, frame)

    @optimizeconst
    def visit_Getitem(self, node: nodes.Getitem, frame: Frame) -> None:  # noqa: N802
        """Write `x[key]`."""
        if isinstance(node.node, nodes.Literal):
            super().visit_Getitem(node, frame)
            return
        with self._around("(", ")["):
            self.visit(node.node, frame)
        with self._around("", "]"):
            self.visit(node.arg, frame)

    @optimizeconst
    def visit_Call(self, node: nodes.Call, frame: Frame, forward_caller: bool = False) -> None:  # noqa: N802
        """Write a call."""
        if forward_caller or node.dyn_args or node.dyn_kwargs:
            super().visit_Call(node, frame, forward_caller=forward_caller)
            return
        with self._around("called(context, ", ")"):
            self.visit(node.node, frame)
            self.signature(node, frame)

    @optimizeconst
    def visit_Concat(self, node: nodes.Concat, frame: Frame) -> None:  # noqa: N802
        """Write `x ~ y`."""
        if frame.eval_ctx.volatile or not frame.eval_ctx.autoescape:
            super().visit_Concat(node, frame)
            return
        with self._around("joined((", "))"):
            self._visit_all(node.nodes, frame)

    def visit_CallBlock(self, node: nodes.CallBlock, frame: Frame) -> None:  # noqa: N802
        """Write a call with a body; a piece that is rendered once is looked up before anything else."""
        function = node.call.node
        if not isinstance(function, nodes.ExtensionAttribute) or function.identifier != Fragments.identifier:
            super().visit_CallBlock(node, frame)
            return
        key, piece = self.temporary_identifier(), self.temporary_identifier()
        self.writeline(f"{key} = ", node)
        with self._around("(", ")"):
            self._visit_all(node.call.args, frame)
        self.writeline(f"{piece} = pieces.get({key})")
        self.writeline(f"if {piece} is None:")
        self.indent()
        call_frame, macro = self.macro_body(node, frame)
        self.writeline("caller = ")
        self.macro_def(macro, call_frame)
        self.writeline(f"{piece} = pieces[{key}] = caller()")
        self.outdent()
        self.start_write(frame, node)
        self.write(piece)
        self.end_write(frame)

    def _output_child_pre(self, node: nodes.Expr, frame: Frame, finalize: CodeGenerator._FinalizeInfo) -> None:
        if frame.eval_ctx.volatile or not frame.eval_ctx.autoescape:
            super()._output_child_pre(node, frame, finalize)
        else:
            self.write(_TEXT.partition("{}")[0])

    def _output_child_post(self, node: nodes.Expr, frame: Frame, finalize: CodeGenerator._FinalizeInfo) -> None:
        if frame.eval_ctx.volatile or not frame.eval_ctx.autoescape:
            super()._output_child_post(node, frame, finalize)
        else:
            self.write(_TEXT.partition("{}")[2])

    def _visit_all(self, expressions: Iterable[nodes.Expr], frame: Frame) -> None:
        for each in expressions:
            self.visit(each, frame)
            self.write(", ")

    @contextmanager
    def _around(self, before: str, after: str) -> Iterator[None]:
        self.write(before)
        yield
        self.write(after)
