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

_TEXT = "(plain(text) if type(text := {}) is str else text if type(text) is Markup else shown(text))"


class ShortWay(CodeGenerator):
    """Writes templates whose functions, attributes, items and texts are taken straight away."""

    def visit_Template(self, node: nodes.Template, frame: Frame | None = None) -> None:  # noqa: N802 - the library's
        """Write a whole template."""
        self.writeline("from functools import partial")
        self.writeline("from jinja2.runtime import Undefined as cond_expr_undefined")
        self.writeline("from broadsheet.publishing.calls import called, imported, joined, own, plain, shown")
        self.writeline("undefined, concat = environment.undefined, environment.concat")
        self.writeline(f"pieces = environment.extensions[{Fragments.identifier!r}].pieces")
        self._own = {name: f"own_{number}" for number, name in enumerate(sorted(_called(node)))}
        for name, own in self._own.items():
            self.writeline(f"{own} = own(environment, {name!r})")
        # Without context, Jinja gives the text of an include away past everything that collects text.
        self._collects = all(each.with_context for each in node.find_all(nodes.Include))
        self._in_block = False
        super().visit_Template(node, frame)

    def write_commons(self) -> None:
        """Begin the function of the template, or then of a block; a name is one look-up (see calls.ShortContext)."""
        self.writeline("resolve = context.vars.__getitem__")
        if not (self._in_block and self._collects):
            self.writeline("if 0: yield None")
        self._in_block = True

    def enter_frame(self, frame: Frame) -> None:
        """Begin a scope. A template and a block collect their text, so that they give it away in one step."""
        super().enter_frame(frame)
        if frame.parent is None and self._collects:
            self.buffer(frame)

    def leave_frame(self, frame: Frame, with_python_scope: bool = False) -> None:
        """End a scope."""
        super().leave_frame(frame, with_python_scope=with_python_scope)
        if frame.parent is None and self._collects:
            self.writeline(f"return {frame.buffer}" if frame.block_frame else f"yield concat({frame.buffer})")

    def visit_Block(self, node: nodes.Block, frame: Frame) -> None:  # noqa: N802
        """Write the place of a block, whose function may return its texts or yield them."""
        if frame.buffer is None:
            super().visit_Block(node, frame)
            return
        if frame.toplevel and self.has_known_extends:
            return
        conditions = ["parent_template is None"] if frame.toplevel and self.extends_so_far else []
        for condition in conditions:
            self.writeline(f"if {condition}:")
            self.indent()
        if node.required:
            self.writeline(f"if len(context.blocks[{node.name!r}]) <= 1:", node)
            self.writeline(f'    raise TemplateRuntimeError("Required block {node.name!r} not found")', node)
        context = self.derive_context(frame) if node.scoped else self.get_context_ref()
        self.writeline(f"{frame.buffer}.extend(context.blocks[{node.name!r}][0]({context}))", node)
        self.outdent(len(conditions))

    def _import_common(self, node: nodes.Import | nodes.FromImport, frame: Frame) -> None:
        if node.with_context:
            super()._import_common(node, frame)
            return
        with self._around("imported(context, environment.get_template(", f", {self.name!r}))"):
            self.visit(node.template, frame)

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
        function = node.node
        if isinstance(function, nodes.Name) and not node.kwargs:
            name, own = frame.symbols.ref(function.name), self._own[function.name]
            with self._around(f"({name} if {name} is {own} else partial(called, context, ", "))"):
                self.visit(function, frame)
            with self._around("(", ")"):
                self._visit_all(node.args, frame)
            return
        with self._around("called(context, ", ")"):
            self.visit(function, frame)
            self.signature(node, frame)

    @optimizeconst
    def visit_Concat(self, node: nodes.Concat, frame: Frame) -> None:  # noqa: N802
        """Write `x ~ y`."""
        if frame.eval_ctx.volatile or not frame.eval_ctx.autoescape:
            super().visit_Concat(node, frame)
            return
        unknown = [each for each in node.nodes if not (isinstance(each, nodes.Const) and type(each.value) is str)]
        if len(unknown) != 1:
            with self._around("joined((", "))"):
                self._visit_all(node.nodes, frame)
            return
        text = self.temporary_identifier()
        parts = [text if each is unknown[0] else repr(each.value) for each in node.nodes]  # type: ignore[attr-defined]
        with self._around(f"({' + '.join(parts)} if type({text} := ", f") is str else joined(({', '.join(parts)})))"):
            self.visit(unknown[0], frame)

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
        if macro.accesses_caller or macro.accesses_kwargs or macro.accesses_varargs:
            self.writeline("caller = ")
            self.macro_def(macro, call_frame)
            self.writeline(f"{piece} = pieces[{key}] = caller()")
        else:
            self.writeline(f"{piece} = pieces[{key}] = Markup(macro()) if context.eval_ctx.autoescape else macro()")
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


def _called(node: nodes.Template) -> set[str]:
    """Return the names that a template calls."""
    return {call.node.name for call in node.find_all(nodes.Call) if isinstance(call.node, nodes.Name)}
