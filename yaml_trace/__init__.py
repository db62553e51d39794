"""A small model writes YAML traces, virtual experts run them exactly.

The names below are loaded when they are first used, so that `import yaml_trace` stays light.
"""
__version__ = "0.1.0"

_home = {
    'parse_trace': 'trace',
    'execute': 'executor',
    'verify': 'reward',
    'generate': 'generator',
    'solve': 'decode',
}
__all__ = list(_home)


def __getattr__(name):
    if name not in _home: raise AttributeError(f'module {__name__!r} has no attribute {name!r}')
    from importlib import import_module
    value = globals()[name] = getattr(import_module(f'{__name__}.{_home[name]}'), name)
    return value


def __dir__(): return sorted({*globals(), *__all__})
