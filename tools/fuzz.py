"""Coverage-guided fuzzing of `verify` and of the two readers (atheris).

    python tools/fuzz.py [-runs=1000000] [-max_total_time=60] [a folder for the corpus]

Each input is verified, and both readers are held to each other: the fast one may answer only what the YAML reader
answers. It starts from the hand-written cases of data/funnel.jsonl; a finding is printed, and stops the run.
"""
import json
import sys
from pathlib import Path

import atheris

ROOT = Path(__file__).resolve().parent.parent

with atheris.instrument_imports(include=['yaml_trace']):
    from yaml_trace.executor import ExecutionError, execute
    from yaml_trace.reward import STAGES, idle, verify
    from yaml_trace.trace import TraceError, _parse_canonical, _parse_yaml, dump_trace, parse_trace


def check(data: bytes) -> None:
    "One input."
    verdict = verify(data, 26)
    assert verdict.stage in STAGES and verify(data, 26) == verdict
    try: text = data.decode()
    except UnicodeDecodeError: return
    fast = _parse_canonical(text)
    try: slow = _parse_yaml(text)
    except TraceError: slow = None
    assert fast is None or fast == slow
    if slow is None: return
    try: written = dump_trace(slow)
    except ValueError: return
    assert parse_trace(written) == slow
    idle(slow)
    try: execute(slow).table()
    except ExecutionError: pass


def main() -> None:
    seeds = ROOT/'build'/'fuzz'
    seeds.mkdir(parents=True, exist_ok=True)
    lines = (ROOT/'data'/'funnel.jsonl').read_text().splitlines()
    for i, line in enumerate(lines): (seeds/str(i)).write_bytes(json.loads(line)['text'].encode())
    folders = [a for a in sys.argv[1:] if not a.startswith('-')]
    flags = [a for a in sys.argv[1:] if a.startswith('-')]
    atheris.Setup([sys.argv[0], '-max_len=2000', '-timeout=2', *flags, *folders, str(seeds)], check)
    atheris.Fuzz()


if __name__ == '__main__': main()
