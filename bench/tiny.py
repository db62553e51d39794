"""Which shape of `tiny` learns soonest? Several are trained on the same problems, and asked the same new ones.

    python bench/tiny.py [--problems 6000] [--out data/tiny_shapes.jsonl]      (some two minutes a shape on two CPU cores)

Every shape sees the same tokens in the same order. The table says how far a hundred new problems come afterwards
(greedy), and what a token costs. One seed, one learning rate for each width: a lead, not a law.
"""
import argparse
import json
import os
import time
from pathlib import Path

os.environ.setdefault('OMP_WAIT_POLICY', 'PASSIVE')

from yaml_trace.evaluate import evaluate, funnel
from yaml_trace.generator import extraction_tasks, generate
from yaml_trace.model import tiny_model, tiny_tokenizer, unfreeze
from yaml_trace.sft import SFTConfig, sft

SHAPES = {
    '4 layers of 128, 4 heads': dict(hidden_size=128, intermediate_size=384, num_hidden_layers=4, num_attention_heads=4, lr=1e-3),
    '2 layers of 192, 4 heads': dict(hidden_size=192, intermediate_size=512, num_hidden_layers=2, num_attention_heads=4, lr=8e-4),
    '2 layers of 192, 12 heads': dict(hidden_size=192, intermediate_size=512, num_hidden_layers=2, num_attention_heads=12, lr=8e-4),
    '2 layers of 256, 16 heads': dict(hidden_size=256, intermediate_size=512, num_hidden_layers=2, num_attention_heads=16, lr=8e-4),
}


def study(shape: dict, stages: list, new: list) -> dict:
    "Train one shape and evaluate it."
    lr = shape.pop('lr')
    tokenizer = tiny_tokenizer()
    model = tiny_model(tokenizer, **shape)
    unfreeze(model, -1)
    start = time.process_time()
    rows = sft(model, tokenizer, stages, SFTConfig(lr=lr, batch_size=8, schedule='cosine', warmup_steps=30, betas=(0.9, 0.98)))
    seconds = time.process_time() - start
    done = evaluate(model, tokenizer, new, max_tokens=300)
    return {'parameters': sum(p.numel() for p in model.parameters()), 'lr': lr, 'tokens': rows[-1]['tokens'], 'cpu_seconds': round(seconds),
            'loss': round(sum(r['loss'] for r in rows[-100:]) / 100, 4), 'n': len(new), **{k: r.k for k, r in funnel(done.records).items()}}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('--problems', type=int, default=6000)
    parser.add_argument('--out', type=Path, help='a JSONL file for the rows')
    options = parser.parse_args()
    stages = [list(extraction_tasks(1500, seed=0)), list(generate(options.problems, seed=0))]
    new = list(generate(100, seed=9, split='new_numbers'))
    rows = [{'shape': name, **study(dict(shape), stages, new)} for name, shape in SHAPES.items()]
    for row in rows: print(json.dumps(row))
    if options.out: options.out.write_text(''.join(json.dumps(row) + '\n' for row in rows))


if __name__ == '__main__': main()
