"""Run the notebooks as tests, then the checks of the repo; the last line is `N passed, N failed, N skipped`.

A test is a code cell with an `assert` in it (exported cells are code, not tests). When a cell fails, it and the
tests after it in that notebook count as failed. Cells under one of settings.ini's tst_flags are skipped, except
that `#| gsm8k` runs where $YAML_TRACE_GSM8K is a folder, and likewise `#| llama2` and `#| mawps`.

    run_tests.py [NAME ...]     notebooks (`00_numbers`) or checks (`light`), all of them by default
"""
import ast
import os
import re
import sys
import time
from concurrent.futures import ProcessPoolExecutor, as_completed
from configparser import ConfigParser
from pathlib import Path
from typing import NamedTuple

import nbformat
from IPython.core.inputtransformer2 import TransformerManager
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError

from checks import CHECKS
from readme import ROOT, directives

NBS = ROOT/'nbs'
TIMEOUT = 1200  # seconds for one cell


DATA = {'gsm8k': 'YAML_TRACE_GSM8K', 'llama2': 'YAML_TRACE_LLAMA2', 'mawps': 'YAML_TRACE_MAWPS'}   # flags of cells that need data, and where the folder is named


class Result(NamedTuple):
    name: str
    passed: int
    failed: int
    skipped: int
    seconds: float
    report: str = ''


def skip_flags():
    "The flags whose cells are not run here."
    config = ConfigParser(delimiters=['='])
    config.read(ROOT/'settings.ini', encoding='utf-8')
    return set(config['DEFAULT']['tst_flags'].split()) - {flag for flag, variable in DATA.items() if os.environ.get(variable) and Path(os.environ[variable]).is_dir()}


def is_test(source, flags):
    "Whether a cell asserts something."
    if any(f.startswith('export') for f in flags): return False
    if source.startswith('%%time'): source = source.partition('\n')[2]
    try: tree = ast.parse(TransformerManager().transform_cell(source))
    except SyntaxError: return False  # it will fail when it is run
    return any(isinstance(node, ast.Assert) for node in ast.walk(tree))


def message(error):
    "What a failing cell said, and the lines that it passed through."
    if isinstance(error, CellExecutionError):
        lines = re.findall(r'^-+> *(\d+ .*)$', re.sub(r'\x1b\[[\d;]*m', '', error.traceback), flags=re.M)
        return '\n'.join([f'{error.ename}: {error.evalue}', *(f'  line {line}' for line in lines)])
    if isinstance(error, CellTimeoutError): return f'still running after {TIMEOUT} seconds'
    return 'the kernel died'


def run_notebook(path):
    "Run one notebook in a kernel of its own, with nbs/ as its folder."
    start, skip = time.time(), skip_flags()
    nb = nbformat.read(path, as_version=4)
    client = NotebookClient(nb, timeout=TIMEOUT, kernel_name='python3', extra_arguments=['--log-level=ERROR'],
                            resources={'metadata': {'path': str(NBS)}})
    passed = failed = skipped = 0
    report = ''
    with client.setup_kernel():
        for i, cell in enumerate(nb.cells):
            if cell.cell_type != 'code': continue
            flags, source = directives(cell.source)
            test = is_test(source, flags)
            if skip & flags.keys() or flags.get('eval') == 'false': skipped += test
            elif report: failed += test
            else:
                try:
                    client.execute_cell(cell, i)
                    passed += test
                except (CellExecutionError, CellTimeoutError, DeadKernelError) as error:
                    failed += 1
                    report = f'cell {i}:\n{cell.source}\n→ {message(error)}'
    return Result(path.stem, passed, failed, skipped, time.time() - start, report)


def run_check(name):
    "Run one check of the repo, which counts as one test."
    start, report = time.time(), CHECKS[name]()
    return Result(name, not report, bool(report), 0, time.time() - start, report)


def show(r):
    "A line for what ran, and the details of a failure."
    print(f'{r.name:<16} {r.passed:>4} passed {r.failed:>3} failed {r.skipped:>3} skipped {r.seconds:>7.1f} s', flush=True)
    if r.report: print('    ' + r.report.strip().replace('\n', '\n    '), flush=True)


def main(names):
    "Run what `names` says in two processes; returns the exit code."
    notebooks = {p.stem: p for p in sorted(NBS.glob('*.ipynb')) if not p.name.startswith('_')}
    if unknown := [n for n in names if n not in notebooks and n not in CHECKS]:
        sys.exit(f"No such notebook or check: {', '.join(unknown)}. There are: {', '.join([*notebooks, *CHECKS])}")
    wanted = lambda table: [n for n in table if not names or n in names]
    os.environ['JUPYTER_PREFER_ENV_PATH'] = '1'  # the kernel of this environment, whatever the user has installed
    os.environ['PATH'] = f'{Path(sys.executable).parent}{os.pathsep}{os.environ["PATH"]}'
    with ProcessPoolExecutor(max_workers=2) as pool:
        jobs = [pool.submit(run_notebook, notebooks[n]) for n in wanted(notebooks)]
        jobs += [pool.submit(run_check, n) for n in wanted(CHECKS)]
        results = []
        for job in as_completed(jobs):
            results.append(job.result())
            show(results[-1])
    passed, failed, skipped = (sum(getattr(r, k) for r in results) for k in ('passed', 'failed', 'skipped'))
    for flag in DATA.keys() & skip_flags(): print(f'Tests flagged {flag} were skipped: ${DATA[flag]} names no folder.')
    print(f'{passed} passed, {failed} failed, {skipped} skipped')
    return 1 if failed else 0


if __name__ == '__main__': sys.exit(main(sys.argv[1:]))
