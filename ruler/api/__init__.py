"""The verbs of the Python interface, the commands' own words: each command parses, calls one of these, prints.

They need more than one room; what a single room does is imported from there.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
