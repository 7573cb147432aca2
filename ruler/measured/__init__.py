"""REAL RULERS: friction of a measured ruler, hinges tracked in films, the paper's own ruler."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
