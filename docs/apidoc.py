"How the site documents a function or a class: heading, signature, docstring, and a table of the docments."
import ast
import inspect
import re
from pathlib import Path

from fastcore.docments import docments
from nbdev.doclinks import NbdevLookup
from nbdev.showdoc import BasicMarkdownRenderer

ROOT = Path(__file__).resolve().parent.parent

EMPTY = inspect.Parameter.empty


def code(text): return f'`{text}`'.replace('|', r'\|') if text else ''


def type_name(anno):
    "A type as it is written in the source, nearly."
    if anno in (EMPTY, None): return ''
    if isinstance(anno, str): return anno
    name = anno.__name__ if isinstance(anno, type) and not hasattr(anno, '__args__') else str(anno)
    return re.sub(r'\b([a-z_]\w*\.)+(?=[A-Za-z])', '', name)


def signature(sym, name, width=88):
    "The call on one line if it fits, else one parameter a line."
    kind = 'class ' if inspect.isclass(sym) else ''
    try: params = [str(p.replace(annotation=EMPTY)) for p in inspect.signature(sym).parameters.values() if p.name != 'self']
    except (TypeError, ValueError): return f'{kind}{name}'
    at = next((i for i, p in enumerate(inspect.signature(sym).parameters.values()) if p.kind is p.KEYWORD_ONLY), None)
    if at is not None and not any(p.startswith('*') for p in params): params.insert(at, '*')
    line = f'{kind}{name}({", ".join(params)})'
    return line if len(line) <= width else f'{kind}{name}(\n    ' + ',\n    '.join(params) + ')'


def fields(name):
    "The rows of a struct: its annotated fields with their comments, from the module's source."
    found = NbdevLookup().syms.get(name)
    if not isinstance(found, tuple): return
    text = (ROOT/found[1]).read_text(encoding='utf-8')
    body = next((n.body for n in ast.parse(text).body if isinstance(n, ast.ClassDef) and n.name == name), [])
    for f in body:
        if not isinstance(f, ast.AnnAssign) or ast.unparse(f.target).startswith('_'): continue
        comment = text.splitlines()[f.end_lineno - 1][f.end_col_offset:].partition('#')[2].strip()
        yield code(f.target.id), code(ast.unparse(f.annotation)), code(f.value and ast.unparse(f.value)), comment.replace('|', r'\|')


def params(sym):
    "The rows of a function: its parameters and its result, from the docments."
    for name, d in docments(sym, full=True).items():
        anno, default, what = d.get('anno', EMPTY), d.get('default', EMPTY), d.get('docment') or ''
        what = ' '.join(what.split()).replace('|', r'\|')
        if name == 'return' and what: yield '**returns**', code(type_name(anno)), '', what
        elif name not in ('self', 'return'): yield code(name), code(type_name(anno)), '' if default is EMPTY else code(repr(default)), what


def table(sym, name):
    "The rows under the columns that say something; no table where nothing is described."
    body = list(fields(name) if inspect.isclass(sym) else ()) or list(params(sym))
    if not any(r[3] for r in body): return ''
    columns = [c for c in zip(('', 'Type', 'Default', ''), ('---',)*4, *body) if any(c[2:])]
    return '\n'.join(f'| {" | ".join(r)} |' for r in zip(*columns))


class ApiTable(BasicMarkdownRenderer):
    "The renderer that `show_doc` uses when the site is built."
    def _repr_markdown_(self):
        head = f'{"#"*self.title_level} {self.nm}\n\n```python\n{signature(self.sym, self.nm)}\n```'
        return '\n\n'.join(filter(None, [head, self.docs and inspect.cleandoc(self.docs), table(self.sym, self.nm)]))
