"Sphinx's configuration, and the hook that turns nbdev's pages (Quarto's dialect) into MyST's."
import json
import re
from configparser import ConfigParser
from pathlib import Path

import yaml

ROOT = Path(__file__).resolve().parent.parent
VENDOR = ROOT/'build/vendor'
config = ConfigParser(delimiters=['='])
config.read(ROOT/'settings.ini', encoding='utf-8')
cfg = config['DEFAULT']

project, author, release = cfg['lib_name'], cfg['author'], cfg['version']
copyright = cfg['copyright']
extensions = ['myst_nb', 'sphinx_design', 'sphinx_copybutton']
html_theme = 'pydata_sphinx_theme'
html_title = project
html_static_path = ['_static', *([str(VENDOR)] if VENDOR.is_dir() else [])]
html_css_files = ['site.css']
html_show_sourcelink = False
html_theme_options = {'show_toc_level': 2, 'navbar_center': [], 'navbar_end': ['theme-switcher'], 'footer_start': ['copyright'],
                      'footer_end': [], 'pygments_light_style': 'tango', 'pygments_dark_style': 'github-dark'}
html_sidebars = {'**': ['sidebar-pages.html']}
templates_path = ['_templates']
exclude_patterns = ['_quarto.yml', 'sidebar.yml', '**.ipynb_checkpoints']
nb_execution_mode = 'off'  # the stored outputs are shown
nb_merge_streams = True
myst_enable_extensions = ['colon_fence', 'dollarmath', 'attrs_inline']
myst_dmath_allow_digits = myst_dmath_allow_space = False  # $5 is money
myst_heading_anchors = 4
suppress_warnings = ['myst.header']  # show_doc's headings are of the third level wherever they stand
mathjax_path = 'tex-svg.js'

SITE = f"{cfg['doc_host'].replace('%(user)s', cfg['user'])}{cfg['doc_baseurl'].replace('%(repo)s', cfg['repo'])}/"


def page(name): return re.sub(r'^\d+[a-zA-Z0-9]*_', '', name.lower())


def link(m):
    "A link to a symbol's page on the site, as a link between sources that Sphinx checks."
    name, anchor = m[1], (m[2] or '').split('.')[0]
    return f'({name}.ipynb{"" if anchor[:2] in ("", "#_") else anchor})'


def markdown(text):
    "Quarto's Markdown as MyST's: links, callouts, diagrams."
    text = re.sub(rf'\({re.escape(SITE)}(\w+)\.html(#[^)]*)?\)', link, text)
    text = re.sub(r'\]\((?:\./)?(\w+)\.ipynb', lambda m: f']({page(m[1])}.ipynb', text)
    text = re.sub(r'^(:{3,}) *\{\.callout-(\w+)[^}]*\}', r'\1{\2}', text, flags=re.M)
    return re.sub(r'^```\{?mermaid\}?\n(.*?)^```$', lambda m: diagram(m[1]), text, flags=re.M | re.S)


def diagram(source):
    escaped = source.strip().replace('&', '&amp;').replace('<', '&lt;')
    return f'```{{raw}} html\n<pre class="mermaid">\n{escaped}\n</pre>\n```'


def markdown_cell(text): return {'cell_type': 'markdown', 'metadata': {}, 'source': markdown(text)}


def code_cell(source, outputs, tags):
    return {'cell_type': 'code', 'metadata': {'tags': sorted(tags)}, 'source': source, 'outputs': outputs, 'execution_count': None}


def code(cell):
    "A code cell as one or more cells: Markdown and Mermaid outputs become text of the page."
    lines = ''.join(cell['source']).splitlines()
    flags = {k: v for k, v in re.findall(r'^#\|\s*([\w-]+):?[ \t]*(.*?)\s*$', '\n'.join(lines), flags=re.M)}
    source = '\n'.join(line for line in lines if not line.startswith('#|')).strip('\n')
    if flags.get('include') == 'false': return
    tags = {'remove-input'} if flags.get('echo') == 'false' or not source else {'hide-input'} if 'code-fold' in flags else set()
    kept, first = [], True
    for o in [] if flags.get('output') == 'false' else cell['outputs']:
        if o['output_type'] == 'stream' and o['name'] == 'stderr': continue
        data = {k: ''.join(v) for k, v in o.get('data', {}).items() if isinstance(v, (str, list))}
        text = diagram(data['text/vnd.mermaid']) if 'text/vnd.mermaid' in data else data.get('text/markdown')
        if text is None: kept.append(o)
        else:
            if kept or first: yield code_cell(source, kept, tags)
            kept, first, tags = [], False, {'remove-input'}
            yield markdown_cell(text)
    if kept or first: yield code_cell(source, kept, tags)


def cells(nb, contents=()):
    "All cells of a page; the first page also holds the table of contents."
    for cell in nb['cells']:
        source = ''.join(cell['source'])
        if cell['cell_type'] == 'raw':
            head = yaml.safe_load(source.strip().strip('-'))
            yield markdown_cell('\n\n'.join([f"# {head['title']}", *([f"> {head['description']}"] if 'description' in head else [])]))
        elif cell['cell_type'] == 'code': yield from code(cell)
        elif not source.startswith('<!-- WARNING'): yield markdown_cell(source)
    if contents: yield {'cell_type': 'markdown', 'metadata': {}, 'source': '\n'.join(['```{toctree}', ':hidden:', *contents, '```'])}


def source_read(app, docname, source):
    nb = json.loads(source[0])
    order = [page(p.stem) for p in sorted((ROOT/'nbs').glob('*.ipynb')) if p.stem != 'index' and p.name[0] not in '_.']
    nb['cells'] = [{'id': f'c{i}', **c} for i, c in enumerate(cells(nb, order if docname == 'index' else ()))]
    nb['metadata']['language_info'] = {'name': 'python', 'pygments_lexer': 'ipython3'}  # knows !commands and %magics
    source[0] = json.dumps(nb)


def page_scripts(app, pagename, templatename, context, doctree):
    "Mermaid is big, so only pages with a diagram load it."
    if 'class="mermaid"' in (context.get('body') or '') and (VENDOR/'mermaid.min.js').exists():
        for script in ('mermaid.min.js', 'diagrams.js'): app.add_js_file(script, loading_method='defer')


def setup(app):
    app.connect('source-read', source_read)
    app.connect('html-page-context', page_scripts)
