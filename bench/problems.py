"""How fast problems come: from the generator, from the compiler, from resampling; and whether a stream keeps its memory.

    python bench/problems.py [--out data/bench_problems.json]    (about two minutes on one core; GSM8K from $YAML_TRACE_GSM8K)

Everything runs in this one process on one core. Rates depend on the machine, so each stands beside a yardstick
measured in the same run: how many of the same problems PyYAML's C loader reads in a second, traces alone.
"""
import argparse
import json
import platform
import time
import tracemalloc
from collections.abc import Callable, Iterable
from pathlib import Path

import yaml

from yaml_trace.generator import SPLITS, Problem, generate, load_families


def rate(make: Callable[[], Iterable], rounds: int) -> tuple[float, int]:
    "Things a second of the best of some rounds, and how many one round makes."
    best, count = float('inf'), 0
    for _ in range(rounds):
        start = time.perf_counter()
        count = sum(1 for _ in make())
        best = min(best, time.perf_counter() - start)
    return count / best, count


def yardstick(problems: list[Problem], rounds: int) -> float:
    "Traces a second that libyaml reads."
    return rate(lambda: (yaml.load(p.trace, Loader=yaml.CSafeLoader) for p in problems), rounds)[0]


def growth(n: int) -> float:
    "By how many KiB Python's memory grows from the first tenth of a stream to its end."
    tracemalloc.start()
    for k, _ in enumerate(generate(n, seed=3)):
        if k == n // 10: early = tracemalloc.get_traced_memory()[0]
    late = tracemalloc.get_traced_memory()[0]
    tracemalloc.stop()
    return (late - early) / 1024


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('--n', type=int, default=10_000, help='problems of each kind')
    parser.add_argument('--rounds', type=int, default=5)
    parser.add_argument('--out', type=Path, help='a JSON file for the figures')
    options = parser.parse_args()

    start = time.perf_counter()
    families = load_families()
    found = {'python': platform.python_version(), 'families': len(families), 'load_seconds': round(time.perf_counter() - start, 2), 'per_second': {}}
    base = yardstick(list(generate(1000, seed=1)), options.rounds)
    print(f'{len(families)} families read and tried in {found["load_seconds"]} s; libyaml reads {base:,.0f} of their traces a second\n')

    def report(name: str, make: Callable[[], Iterable], rounds: int = options.rounds, per: float = base):
        speed, count = rate(make, rounds)
        found['per_second'][name] = {'rate': round(speed), 'ratio': round(speed / per, 3), 'n': count}
        print(f'{name:32} {speed:9,.0f} a second   {speed / per:7.3f} × libyaml   (n = {count:,})')

    for split in SPLITS: report(f'generated, {split}', lambda: generate(options.n, seed=2, split=split))
    report('generated, perturbed', lambda: generate(options.n, seed=2, perturb=('names', 'fillers', 'order')))
    found['growth_kib'] = round(growth(10 * options.n), 1)
    print(f'memory grows by {found["growth_kib"]:.1f} KiB from problem {options.n:,} to problem {10 * options.n:,}\n')

    from yaml_trace.gsm8k import compile_all, load_gsm8k, resampled
    try: rows = load_gsm8k('train')
    except FileNotFoundError as e: print(f'without GSM8K: {e}')
    else:
        start = time.perf_counter()
        problems = compile_all(rows).problems
        found['compile_seconds'] = round(time.perf_counter() - start, 1)
        print(f'{len(rows):,} problems of GSM8K compiled in {found["compile_seconds"]} s')
        report('compiled', lambda: compile_all(rows[:500]).problems, 2)
        strict = [p for p in problems if p.status == 'strict']
        report('resampled, plans included', lambda: resampled(strict, options.n, seed=2), 1)
        report('resampled, from then on', lambda: resampled(strict, options.n, seed=3), 2)
    if options.out: options.out.write_text(json.dumps(found, indent=1) + '\n')


if __name__ == '__main__': main()
