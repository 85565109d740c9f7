"""No two modules need each other: the imports of both sides have no circle, those for types alone included."""

import ast
import re
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
AGENT = ROOT / "agent"
EXTENSION = ROOT / "extension"
JS_IMPORT = re.compile(r"""(?:^|\n)\s*(?:import|export)[^'"\n;]*?['"](\.[^'"]+)['"]""")


def module_of(path: Path) -> str:
    """The name a Python file is imported by; a package's face goes by the package's name."""
    parts = path.relative_to(AGENT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def python_graph() -> dict[str, set[str]]:
    """Each module of the agent with the modules it names, faces of packages left out: they only hand on."""
    files = {module_of(path): path for path in AGENT.rglob("*.py")}
    graph = {}
    for name, path in files.items():
        named = set()
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.ImportFrom) and node.module:
                named |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
            elif isinstance(node, ast.Import):
                named |= {alias.name for alias in node.names}
        graph[name] = {one for one in named & files.keys() if files[one].name != "__init__.py"} - {name}
    return graph


def script_graph() -> dict[str, set[str]]:
    """Each module of the extension with the modules it imports, by path below extension/."""
    return {
        str(path.relative_to(EXTENSION)): {
            str((path.parent / named).resolve().relative_to(EXTENSION))
            for named in JS_IMPORT.findall(path.read_text())
            if (path.parent / named).resolve().is_relative_to(EXTENSION)
        }
        for path in EXTENSION.rglob("*.js")
    }


def circle(graph: dict[str, set[str]]) -> list[str]:
    """One circle of the graph, [] where there is none."""
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as found:
        return list(found.args[1])
    return []


@pytest.mark.parametrize(("graph", "least"), [(python_graph(), 300), (script_graph(), 100)], ids=["agent", "extension"])
def test_no_circle(graph: dict[str, set[str]], least: int) -> None:
    """Whoever reads a module can read what it stands on first."""
    assert least < sum(map(len, graph.values()))
    assert [] == circle(graph)


def test_a_circle_is_seen() -> None:
    """Two modules that need each other are named."""
    assert {"a", "b"} == set(circle({"a": {"b"}, "b": {"a"}}))
