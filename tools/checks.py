"What must hold of the repo as a whole. Each check returns what is wrong, or an empty string."
import os
import shutil
import subprocess
import sys
import tempfile
import venv
from pathlib import Path

from readme import ROOT, render

BIN = Path(sys.executable).parent
LIGHT = [f'yaml_trace.{m}' for m in ('numbers', 'trace', 'experts', 'executor', 'reward', 'style', 'generator', 'library', 'expressions', 'linking', 'naming', 'routing', 'resampling', 'gsm8k', 'corpora', 'leaks', 'dataset', 'cli')]
HEAVY = ['torch', 'transformers', 'numpy', 'matplotlib', 'scipy', 'pandas', 'datasets', 'nbdev', 'fastcore']
IMPORTS = f'''
import sys, importlib
for name in {['yaml_trace', *LIGHT]}: importlib.import_module(name)
heavy = [m for m in {HEAVY} if m in sys.modules]
if heavy: sys.exit('importing the light modules imports ' + ', '.join(heavy))
'''
DATA = '''
from importlib.resources import files
for folder in ('families', 'recipes'):
    if not any(f.name.endswith('.yaml') for f in (files('yaml_trace')/folder).iterdir()): sys.exit(f'no {folder} in the package')
'''
NAMES = '''
import sys, importlib, pkgutil, yaml_trace
modules = [yaml_trace] + [importlib.import_module(f'yaml_trace.{m.name}') for m in pkgutil.iter_modules(yaml_trace.__path__)]
missing = [f'{m.__name__}.{n}' for m in modules for n in getattr(m, '__all__', []) if not hasattr(m, n)]
if missing: sys.exit('in __all__, but not there: ' + ', '.join(missing))
'''

TRACE = '''expert: arithmetic
trace:
- {op: init, var: a, value: 2}
- {op: init, var: b, value: 3}
- {op: compute, compute_op: add, args: [a, b], var: result}
- {op: query, var: result}
'''


def fault(command, cwd, env=None):
    "What a command that must succeed said when it did not."
    done = subprocess.run([str(c) for c in command], cwd=cwd, env=env, stdin=subprocess.DEVNULL, capture_output=True, text=True)
    return '' if done.returncode == 0 else (done.stderr.strip() or done.stdout.strip() or f'exit code {done.returncode}')[-2000:]


def copy_of_the_repo(to):
    "Copy what the package is made from."
    for name in ('nbs', 'yaml_trace'):
        shutil.copytree(ROOT/name, to/name, ignore=shutil.ignore_patterns('__pycache__', '.ipynb_checkpoints'))
    for name in ('settings.ini', 'setup.py', 'MANIFEST.in', 'LICENSE', 'README.md', 'constraints.txt'):
        if (ROOT/name).exists(): shutil.copy(ROOT/name, to/name)
    return to


def sources(root):
    "Notebooks and modules with their contents."
    return {p.relative_to(root): p.read_bytes() for d, g in (('nbs', '*.ipynb'), ('yaml_trace', '*.py')) for p in (root/d).rglob(g)}


def export():
    "The modules are what the notebooks export, and the notebooks are clean."
    with tempfile.TemporaryDirectory() as tmp:
        repo = copy_of_the_repo(Path(tmp))
        before = sources(repo)
        for p in (repo/'yaml_trace').glob('*.py'):
            if p.name != '__init__.py': p.unlink()  # so that a module without a notebook shows
        if wrong := fault([BIN/'nbdev_export'], repo) or fault([BIN/'nbdev_clean'], repo): return wrong
        after = sources(repo)
        changed = sorted(str(p) for p in before.keys() | after.keys() if before.get(p) != after.get(p))
        return 'nbdev_export and nbdev_clean change ' + ', '.join(changed) if changed else ''


def readme():
    "README.md is what `make readme` writes."
    path = ROOT/'README.md'
    try: same = path.exists() and path.read_text(encoding='utf-8') == render()
    except (SystemExit, FileNotFoundError) as error: return str(error)
    return '' if same else 'README.md is not what nbs/index.ipynb gives: run `make readme`'


def one_line(command, cwd, env, expected):
    "What is wrong with a command that must say one line, with `expected` in it, and end with exit code 2."
    done = subprocess.run([str(c) for c in command], cwd=cwd, env=env, stdin=subprocess.DEVNULL, capture_output=True, text=True)
    said = done.stdout + done.stderr
    fine = done.returncode == 2 and said.count('\n') == 1 and expected in said
    return '' if fine else f'{" ".join(command[1:])}: exit code {done.returncode}, not one line about {expected!r}:\n{said[-2000:]}'


def install():
    "A bare `pip install .` into an empty environment works from another folder, without the heavy packages."
    with tempfile.TemporaryDirectory() as tmp:
        repo, env, elsewhere = copy_of_the_repo(Path(tmp, 'repo')), Path(tmp, 'venv'), Path(tmp, 'elsewhere')
        elsewhere.mkdir()
        (elsewhere/'right.yaml').write_text(TRACE)
        venv.create(env, with_pip=True)
        python = env/'bin/python'
        clean = {k: v for k, v in os.environ.items() if k not in ('PYTHONPATH', 'VIRTUAL_ENV')}
        return (fault([python, '-m', 'pip', 'install', '-q', '-c', repo/'constraints.txt', repo], elsewhere, clean)
                or fault([python, '-c', IMPORTS + DATA], elsewhere, clean)
                or fault([env/'bin/yaml-trace', '--help'], elsewhere, clean)
                or fault([env/'bin/yaml-trace', 'verify', 'right.yaml', '--answer', '5', '--expert', 'arithmetic'], elsewhere, clean)
                or one_line([env/'bin/yaml-trace', 'train', '--model', 'tiny'], elsewhere, clean, 'torch'))


def light():
    "The light modules don't import the heavy packages where those are installed."
    with tempfile.TemporaryDirectory() as tmp: return fault([sys.executable, '-c', IMPORTS], tmp)


def names():
    "Every public name resolves."
    with tempfile.TemporaryDirectory() as tmp: return fault([sys.executable, '-c', NAMES], tmp)


CHECKS = {f.__name__: f for f in (export, readme, install, light, names)}
