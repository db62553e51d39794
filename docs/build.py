"Build the site: nbdev prepares the notebooks in _proc/, Sphinx makes _docs/ of them. Nothing is executed but imports."
import ast
import re
import shutil
import subprocess
import sys
import tarfile
from pathlib import Path

from nbdev import processors
from nbdev.config import get_config
from nbdev.serve import proc_nbs
from sphinx.cmd.build import main as sphinx

ROOT = Path(__file__).resolve().parent.parent
VENDOR = ROOT/'build/vendor'
SCRIPTS = {  # npm package: the one file of it that the site needs
    'mermaid@11': 'package/dist/mermaid.min.js',
    'mathjax@3': 'package/es5/tex-svg.js',
}


def vendor():
    "Fetch the scripts that draw diagrams and formulas, once; without them the site shows their source."
    wanted = {pkg: member for pkg, member in SCRIPTS.items() if not (VENDOR/Path(member).name).exists()}
    if wanted and not shutil.which('npm'):
        return print('npm is not installed: diagrams and formulas will be shown as text')
    VENDOR.mkdir(parents=True, exist_ok=True)
    for pkg, member in wanted.items():
        done = subprocess.run(['npm', 'pack', '--silent', pkg], cwd=VENDOR, capture_output=True, text=True)
        if done.returncode:
            print(f'npm could not fetch {pkg}, its part of the pages will be shown as text: {done.stderr.strip()[-300:]}')
            continue
        archive = VENDOR/done.stdout.split()[-1]
        with tarfile.open(archive) as tar: (VENDOR/Path(member).name).write_bytes(tar.extractfile(member).read())
        archive.unlink()


def needed_for_docs(cell):
    "Whether a cell is run for `show_doc`: exported code, and imports. nbdev would also run tests that import something."
    trees = cell.parsed_() if cell.cell_type == 'code' and cell.source else None
    if not trees or cell.directives_.get('eval:') == ['false']: return False
    if cell.directives_.keys() & {'export', 'exports', 'exporti', 'exec_doc'} or processors._show_docs(trees): return True
    return all(isinstance(t, (ast.Import, ast.ImportFrom)) for t in trees)


def pages():
    "Prepare the notebooks and name them as nbdev names its pages: 03_executor.ipynb becomes executor."
    get_config().d['renderer'] = 'apidoc.ApiTable'
    processors._do_eval = needed_for_docs
    proc = proc_nbs(n_workers=0, force=True)
    for p in sorted(proc.glob('*.ipynb')):
        if (name := re.sub(r'^\d+[a-zA-Z0-9]*_', '', p.name.lower())) != p.name: p.rename(p.with_name(name))
    return proc


if __name__ == '__main__':
    vendor()
    proc = pages()
    html, site = ROOT/'build/html', ROOT/'_docs'
    code = sphinx(['-q', '-W', '--keep-going', '-E', '-c', str(ROOT/'docs'),
                   '-d', str(ROOT/'build/doctrees'), str(proc), str(html)])
    if code: sys.exit('The site has faults, see above')
    if site.exists(): shutil.rmtree(site)
    html.rename(site)
    print(f'Open {site.relative_to(ROOT)}/index.html')
