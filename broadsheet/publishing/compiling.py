"""How templates become Python: as Jinja does it, but for the calls of plain functions."""

from __future__ import annotations

from jinja2 import nodes
from jinja2.compiler import CodeGenerator, Frame

DIRECT = {"absolute", "asset", "body", "entries", "entry", "heading", "href", "implied", "search_alias"}


class DirectCalls(CodeGenerator):
    """Calls the functions that templates are given straight away.

    Jinja asks of every callable whether it wants the context; a page has dozens of calls, and none of these does.
    """

    def visit_Call(self, node: nodes.Call, frame: Frame, forward_caller: bool = False) -> None:  # noqa: N802 - the library's
        """Write a call."""
        is_plain = not (node.kwargs or node.dyn_args or node.dyn_kwargs or forward_caller)
        if is_plain and isinstance(node.node, nodes.Name) and node.node.name in DIRECT:
            self.visit(node.node, frame)
            self.write("(")
            for argument in node.args:
                self.visit(argument, frame)
                self.write(", ")
            self.write(")")
        else:
            super().visit_Call(node, frame, forward_caller=forward_caller)
