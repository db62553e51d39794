"""Fit the weights of the signs of `yaml_trace.linking` and print them.

    YAML_TRACE_GSM8K=folder python bench/fit_links.py          (a minute; needs numpy)

Nobody has labelled which number of a question a solution means. But many problems leave no choice: each place has one candidate. Pretend that two of
their sources, among them constants that the words would license, have the same value, and there is an ambiguous problem whose right links are known.
Problems of even rows of GSM8K's train split are confused in this way; the weights make the right links likely among all (a log-linear model), and
start from GUESSES, which only evidence moves: a prior of variance 1. Every eighth row, an odd one, is held out: the table says how often the links are
right there, by margin. Such problems are harder than real ambiguities, since any two sources are confused. The weights in FIXED stay as they were
set by hand: their signs are rare here, or misjudged (with values that differ, a noun elsewhere in the line never belongs to the other source)."""
from collections import Counter
from itertools import islice, product
from random import Random

import msgspec
import numpy as np

from yaml_trace import linking
from yaml_trace.expressions import CompileError, _leaves
from yaml_trace.gaps import read_steps
from yaml_trace.gsm8k import is_dev, load_gsm8k
from yaml_trace.linking import Choice, State, _at, _collect, _constant, _constant_signs, _inline, _number_signs, _result_signs, _together, _unused, new_draft
from yaml_trace.numbers import CONSTANTS

FIXED = {'share of rest': 1.5, 'squared': 2.0, 'result: makes no money': -1.0, 'rate shared': 1.3, 'times: more': -4.0, 'difference in list': -1.0, 'product of rates': -2.0, 'share undone': 1.5, 'share: remains': -2.5,
         'result: divided': 0.5, 'ordinal: counts': 3.0, 'ordinal: time': -2.5, 'ordinal: said': 1.0, 'name unused': -1.0, 'noun of constant': -1.5, 'sizes': 4.0, 'noun in line': 1.0, 'result: noun in line': 0.3, 'share unused': -3.2, 'result: percent': -2.0, 'ratio': 1.5, 'difference': 0.0, 'difference elsewhere': -1.4, 'nothing': -8.0, 'parts': -4.0, 'phrase': 5.0, 'converted': -1.5, 'times': 1.0, 'times: other': -3.0, 'share': 1.5, 'share: other': -1.5, 'share: rest': -4.0, 'complement': -2.5, 'said': 1.5,
         'said otherwise': -3.0, 'ordinal': -3.0, 'percent: bare': -4.0, 'out of order': -0.8}
GUESSES = FIXED | {'constant': -3.7, 'licence': 1.5, 'constant: result': -1.5, 'constant: divided': -1.0, 'constant: said': 2.0}
PROBLEMS, COMBINATIONS = 5, 64      # made of one row at most; of the choices of one problem at most

def closed(draft, picks):
    "Picks without those inside parts that are linked as a whole."
    out = []
    for site, pick in zip(draft.sites, picks):
        out.append(-1 if site.inside is not None and (out[site.inside] < 0 or draft.sites[site.inside].choices[out[site.inside]].kind != 'parts') else pick)
    return tuple(out)

def features(draft, final, picks):
    "How strong each sign is in a draft that is linked so."
    signs, state = Counter(), State()
    for site, pick in zip(draft.sites, picks):
        state = _at(state, site.equation)
        if pick >= 0:
            choice = site.choices[pick]
            signs.update(choice.signs)
            signs.update(_together(draft, state, site, choice))
        state = linking._decided(draft, state, site, [(pick, draft.bit(site.choices[pick]))], {})[0] if pick >= 0 else linking._left_out(state)
    signs.update(_unused(draft, state, final))
    return signs

def pretend(draft, site, source, rivals):
    "A source as a choice of a site whose value it doesn't have; None if nobody would take it for it."
    (kind, k), equation, value = source, draft.equations[site.equation], site.value
    place = draft.counts(site.equation, site.path, value)
    if kind == 'result': return Choice('result', _result_signs(draft, k, site.equation, place, site.path), k) if k < site.equation else None
    if kind == 'constant':
        score = _constant(draft, site.equation, k, site.op, None, 'number' in rivals)
        return Choice('constant', _constant_signs(k, score, place, draft.beside(site.equation, site.path), 'result' in rivals, 'number' in rivals, site.op)) if score else None
    n, small = draft.mentions[k].number, isinstance(value, int) and 2 <= value <= 10
    expr = n
    if n.kind == 'multiple': expr = _inline(n, value) if small else None
    if n.kind == 'fraction': expr = _inline(n, value, 'bottom') if small and n.value.numerator == 1 else None
    return expr and Choice('number', _number_signs(draft.mentions[k], expr, equation.line, value, place, site.op, _leaves(equation.expr)), k, expr)

def confuse(draft, rng):
    "A draft without choices in which two sources pretend to have the same value; the right choices come first."
    sole = [[c for c in site.choices if c.kind not in ('nothing', 'parts')] for site in draft.sites]
    if any(len(choices) != 1 for choices in sole): return None
    sources = [('constant', site.value) if choice.kind == 'constant' else (choice.kind, choice.source) for site, (choice,) in zip(draft.sites, sole)]
    used = [source for source, pick in zip(sources, closed(draft, [0] * len(sources))) if pick >= 0 and source != ('constant', 1)]
    if not used: return None
    right = rng.choice(used)
    pool = [('number', k) for k, m in enumerate(draft.mentions) if m.number.kind != 'ordinal'] + [('result', j) for j in range(len(draft.equations) - 1)]
    if rng.random() < 0.4:
        site = draft.sites[sources.index(right)]
        pool = [('constant', value) for value in CONSTANTS if value > 1 and _constant(draft, site.equation, value, site.op, None, True)]
    pair = {right, rng.choice([source for source in pool if source != right] or [right])}
    if len(pair) < 2 or all(kind == 'constant' for kind, _ in pair): return None
    numbers = [draft.mentions[k] for kind, k in pair if kind == 'number']
    if len({m.group for m in numbers}) < len(numbers) or len({m.number.kind in ('money', 'percent') and m.number.kind for m in numbers}) > 1 and rng.random() < 0.6: return None
    if any(s.mate is not None and s.op in ('add', 'mul') and {sources[i], sources[s.mate]} == pair for i, s in enumerate(draft.sites)): return None    # swapped, they mean the same
    sites = []
    for site, (choice,), source in zip(draft.sites, sole, sources):
        other = None
        if source in pair and not isinstance(site.value, tuple): other = pretend(draft, site, next(iter(pair - {source})), {source[0]})
        if other and choice.kind == 'constant': choice = pretend(draft, site, source, {other.kind})
        if choice is None: return None
        sites.append(msgspec.structs.replace(site, choices=[choice, other] if other else [choice]))
    return msgspec.structs.replace(draft, sites=sites) if any(len(site.choices) > 1 for site in sites) else None

def problems(rows, rng):
    "The combinations of choices of confused problems, the right one first, each with its signs."
    for row in rows:
        try: equations, answer = read_steps(row.question, row.answer)
        except CompileError: continue
        draft = new_draft(row.question, equations)
        for i, equation in enumerate(draft.equations): _collect(draft, i, equation.expr)
        final = next((i for i in reversed(range(len(equations))) if equations[i].stated == answer), len(equations) - 1)
        for _ in range(PROBLEMS):
            if (confused := confuse(draft, rng)) is None: continue
            combinations = list(islice(product(*(range(len(site.choices)) for site in confused.sites)), COMBINATIONS + 1))
            if len(combinations) > COMBINATIONS: continue
            combinations = list(dict.fromkeys(closed(confused, picks) for picks in combinations))
            yield combinations, [features(confused, final, picks) for picks in combinations]

def fit(made, names, guesses, steps=20):
    "Newton's method: the weights that make the first combination of each problem likely."
    free = np.array([name not in FIXED for name in names])
    data = [np.array([[signs[name] for name in names] for signs in found], dtype=float) for _, found in made]
    weights = guesses.copy()
    for _ in range(steps):
        gradient, curvature = (guesses - weights), np.eye(len(names))
        for x in data:
            scores = x @ weights
            p = np.exp(scores - scores.max()); p /= p.sum()
            mean = p @ x
            gradient += x[0] - mean
            curvature += (x.T * p) @ x - np.outer(mean, mean)
        step = np.zeros_like(weights)
        step[free] = np.linalg.solve(curvature[np.ix_(free, free)], gradient[free])
        weights += step * min(1.0, 2 / np.abs(step).max())
        if np.abs(step).max() < 1e-3: break
    return weights

def judge(made, names, weights):
    "Margins of links with a choice, and whether they are right."
    for combinations, found in made:
        scores = [sum(signs[name] * w for name, w in zip(names, weights)) for signs in found]
        best = int(np.argmax(scores))
        for i, pick in enumerate(combinations[best]):
            rivals = [score for picks, score in zip(combinations, scores) if picks[i] != pick and picks[i] >= 0]
            if pick >= 0 and rivals: yield scores[best] - max(rivals), pick == combinations[0][i]

if __name__ == '__main__':
    rows, rng = [row for row in load_gsm8k('train') if not is_dev(row.question)], Random(1)
    linking.WEIGHTS = Counter(linking.WEIGHTS)                     # a sign without a weight weighs nothing yet
    train, held = list(problems([r for r in rows if r.row % 2 == 0], rng)), list(problems([r for r in rows if r.row % 8 == 1], rng))
    counts = Counter(name for _, found in train for name in set().union(*found))
    names = sorted(GUESSES.keys() | counts.keys())
    weights = fit(train, names, np.array([GUESSES.get(name, 0.0) for name in names]))
    print(f'{len(train)} problems to fit, {len(held)} to judge; sign, weight, problems that have it')
    for name, weight in sorted(zip(names, weights), key=lambda pair: -abs(pair[1])): print(f'{name:24} {weight:6.2f} {counts[name]:6} {"fixed" if name in FIXED else ""}')
    for name, values in (('with these weights', weights), ("with the module's", np.array([float(linking.WEIGHTS[name]) for name in names]))):
        judged = list(judge(held, names, values))
        print(f'links {name}: {sum(ok for _, ok in judged) / len(judged):.1%} right of {len(judged)}')
    for low, high in ((0, 1), (1, 2), (2, 3), (3, 4), (4, 6), (6, 99)):
        right = [ok for margin, ok in judged if low <= margin < high]
        print(f'margin {low}-{high}: {1 - sum(right) / max(1, len(right)):.1%} wrong of {len(right)}')
