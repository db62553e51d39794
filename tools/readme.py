"Write README.md from nbs/index.ipynb, from its stored outputs and without Quarto. `--check` only compares."
import json
import os.path
import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
DIRECTIVE = re.compile(r'^\s*#\|\s*(\S+?):?(?:\s+(.*?))?\s*$')
LINK = re.compile(r'(\]\(|\b(?:src|href)=")(?![a-z]+:|[#/])([^)"#\s]+)')


def directives(source):
    "The nbdev directives at the head of a code cell, and the cell without them."
    lines, found = source.splitlines(), {}
    while lines and (m := DIRECTIVE.match(lines[0])):
        found[m[1]] = m[2] or ''
        lines.pop(0)
    return found, '\n'.join(lines).strip('\n')


def relink(markdown, folder='nbs'):
    "Links of a notebook in `folder`, as seen from the root; code is left alone."
    def move(m):
        target = Path(os.path.normpath(f'{folder}/{m[2]}')).as_posix()
        if not (ROOT/target).exists(): raise SystemExit(f'index.ipynb links to {m[2]}, which is not there')
        return m[1] + target
    parts = re.split(r'(^```.*?^```|`[^`\n]+`)', markdown, flags=re.M | re.S)
    return ''.join(p if i % 2 else LINK.sub(move, p) for i, p in enumerate(parts))


def fenced(text, lang=''):
    "Text as a code block, with a fence that the text doesn't contain."
    ticks = max([2, *map(len, re.findall(r'^`{3,}', text, flags=re.M))]) + 1
    return f'{"`"*ticks}{lang}\n{text.strip(chr(10))}\n{"`"*ticks}'


def show(output):
    "One stored output as Markdown."
    join = lambda o: ''.join(o)
    if output['output_type'] == 'stream': return fenced(join(output['text'])) if output['name'] == 'stdout' else ''
    if output['output_type'] == 'error': raise SystemExit(f"index.ipynb holds an error: {output['ename']}")
    data = output['data']
    if 'text/vnd.mermaid' in data: return fenced(join(data['text/vnd.mermaid']), 'mermaid')
    if 'text/markdown' in data: return relink(join(data['text/markdown'])).strip()
    if any(k.startswith('image/') for k in data):
        raise SystemExit('index.ipynb holds a picture as an output: save it in figures/ and link it in Markdown')
    return fenced(join(data['text/plain']))


def cells(nb):
    "The blocks of the README, in order."
    for cell in nb['cells']:
        source = ''.join(cell['source'])
        if cell['cell_type'] == 'markdown': yield relink(source).strip()
        if cell['cell_type'] != 'code': continue
        flags, source = directives(source)
        if 'hide' in flags or flags.get('include') == 'false': continue
        if source and 'default_exp' not in flags and flags.get('echo') != 'false':
            shell = all(line.startswith('!') for line in source.splitlines())
            yield fenced(re.sub(r'^!', '', source, flags=re.M), 'sh') if shell else fenced(source, 'python')
        if flags.get('output') != 'false': yield from map(show, cell['outputs'])


def render(path=ROOT/'nbs/index.ipynb'):
    "The whole README."
    nb = json.loads(Path(path).read_text(encoding='utf-8'))
    return '\n\n'.join(filter(None, cells(nb))) + '\n'


if __name__ == '__main__':
    new, readme = render(), ROOT/'README.md'
    old = readme.read_text(encoding='utf-8') if readme.exists() else None
    if '--check' in sys.argv: sys.exit(None if old == new else 'README.md is not what nbs/index.ipynb gives: run `make readme`')
    readme.write_text(new, encoding='utf-8')
    print('README.md is unchanged' if old == new else f'README.md written, {len(new.splitlines())} lines')
