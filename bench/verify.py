"""How fast is `verify`, and how slow can a hostile text make it?

    python bench/verify.py [--out data/bench_verify.json]    (about half a minute on one core)

All sides run in this one process, in alternating rounds, on the same texts; the best round of each counts,
which is the one that other work on the machine disturbed least. Ratios are what to read.
"""
import argparse
import json
import platform
import time
from pathlib import Path

import yaml

from yaml_trace.generator import generate
from yaml_trace.reward import verify
from yaml_trace.trace import parse_trace


def hostile() -> dict[str, str]:
    "Texts that were made to be slow."
    bomb = ''.join(f'a{i}: &a{i} [{", ".join([f"*a{i - 1}"] * 9 if i else ["1"] * 9)}]\n' for i in range(9))
    steps = lambda *lines: 'expert: arithmetic\ntrace:\n' + ''.join(f'- {{op: {line}}}\n' for line in lines)
    square = steps('init, var: a, value: 3', *(f'compute, compute_op: mul, args: [{"a" if i == 0 else f"b{i - 1}"}, {"a" if i == 0 else f"b{i - 1}"}], var: b{i}' for i in range(60)), 'query, var: b59')
    return {
        'alias bomb': bomb,
        'nested 5,000 deep, flow': '[' * 5000,
        'nested 5,000 deep, block': '- ' * 5000,
        'one megabyte of text': 'x' * 1_000_000,
        'a hundred megabytes': 'é' * 50_000_000,
        'one megabyte of spaces and fences': '``` \n' * 200_000,
        '16 KiB of brackets': '{[' * 8190,
        '16 KiB of flow keys': '{' + ', '.join(f'k{i}: 1' for i in range(2000)) + '}',
        '16 KiB of a number': steps('init, var: a, value: ' + '9' * 16_000),
        '16 KiB of decimals': steps('init, var: a, value: 0.' + '1' * 16_000, 'compute, compute_op: add, args: [a, a], var: b', 'query, var: b'),
        '16 KiB of args': steps('init, var: a, value: 1', f'compute, compute_op: add, args: [{", ".join(["a"] * 5000)}], var: b', 'query, var: b'),
        '16 KiB of small divisors': steps('init, var: a, value: 1', f'compute, compute_op: add, args: [{", ".join(f"0.{i:03}1" for i in range(2000))}], var: b', 'query, var: b'),
        'squared sixty times': square,
        '16 KiB of a name': steps('init, var: ' + 'a.' * 8000 + ', value: 1'),
        '16 KiB of names to suggest from': steps(*(f'init, var: {"ab" * 30}{i}, value: 1' for i in range(60)), f'compute, compute_op: add, args: [{"ab" * 31}, 1], var: r', 'query, var: r'),
        '16 KiB of comments': '# x\n' * 4000,
        '16 KiB of quotes': 'a: "' + '\\u0041' * 2700 + '"',
        '16 KiB of block scalar': 'a: |\n' + '  x\n' * 4000,
        '16 KiB of anchors': ''.join(f'- &a{i} 1\n' for i in range(1600)),
        '16 KiB of documents': '---\na: 1\n' * 1700,
        'sources in a circle': ''.join(f'- expert: arithmetic\n  trace:\n  - {{op: init, var: a, source: sub{(i + 1) % 8}.result}}\n  - {{op: query, var: a}}\n' for i in range(8)),
    }


def per_second(sides: dict, texts: list[str], rounds: int) -> dict[str, float]:
    "Texts a second of each side, best of the rounds."
    best = dict.fromkeys(sides, float('inf'))
    for _ in range(rounds):
        for name, side in sides.items():
            start = time.perf_counter()
            for text in texts: side(text)
            best[name] = min(best[name], time.perf_counter() - start)
    return {name: len(texts) / seconds for name, seconds in best.items()}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('--n', type=int, default=1000, help='generated traces')
    parser.add_argument('--rounds', type=int, default=7)
    parser.add_argument('--out', type=Path, help='a JSON file for the figures')
    options = parser.parse_args()
    problems = list(generate(options.n, seed=1))
    answers = {p.trace: p.answer for p in problems}
    canonical = list(answers)
    loose = [t.replace('- {', '-   {  ').replace(', ', ' ,  ') for t in canonical]        # the same traces, not canonical
    fenced = [f'```yaml\n{t}```' for t in canonical]
    answers |= {f: answers[t] for f, t in zip(fenced, canonical)}
    assert all(parse_trace(a) == parse_trace(b) for a, b in zip(canonical, loose))
    steps = sum(len(sub.steps) for t in canonical for sub in parse_trace(t).subs) / len(canonical)
    libyaml = lambda text: yaml.load(text, Loader=yaml.CSafeLoader)
    judge = lambda text: verify(text, answers[text])

    found = {'traces': len(canonical), 'steps': round(steps, 1), 'python': platform.python_version(), 'per_second': {}, 'hostile_ms': {}}
    print(f'{len(canonical)} generated traces, {steps:.1f} steps on average, best of {options.rounds} rounds (free-form: of 3)\n')
    for name, texts, ours in (('canonical', canonical, {'verify': judge, 'parse_trace': parse_trace}), ('canonical in a code fence', fenced, {'verify': judge}), ('free-form YAML', loose, {'verify': verify, 'parse_trace': parse_trace})):
        others = {} if texts is fenced else {'yaml.CSafeLoader alone': libyaml, 'yaml.safe_load alone': yaml.safe_load}
        rates = per_second({**ours, **others}, texts, options.rounds if texts is not loose else 3)
        base = rates.get('yaml.CSafeLoader alone', base if texts is fenced else None)
        found['per_second'][name] = {side: round(rate) for side, rate in rates.items()}
        for side, rate in rates.items(): print(f'{name:26} {side:24} {rate:9,.0f} a second   {rate / base:6.2f} × CSafeLoader')
        print()

    slowest = {}
    for name, text in hostile().items():
        times = []
        for _ in range(3):
            start = time.perf_counter()
            verdict = verify(text)
            times.append(1000 * (time.perf_counter() - start))
        slowest[name] = (min(times), verdict.stage, verdict.code)
    for name, (ms, stage, code) in sorted(slowest.items(), key=lambda item: -item[1][0])[:6]: print(f'{ms:8.2f} ms   {name} ({stage}, {code})')
    found['hostile_ms'] = {name: round(ms, 2) for name, (ms, _, _) in slowest.items()}
    if options.out: options.out.write_text(json.dumps(found, indent=1) + '\n')
    print(f'the slowest of {len(slowest)} hostile texts takes {max(ms for ms, _, _ in slowest.values()):.1f} ms, best of 3')


if __name__ == '__main__': main()
