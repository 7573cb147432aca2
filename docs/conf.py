"""The site: `pip install ".[docs]"`, then `python -m sphinx -W --keep-going docs site`; needs no network.

Pages are Markdown. Tutorials are executed, pictures and films made, and the reference is written while it is built.
"""

import os
import sys
import tempfile
from importlib.util import find_spec
from pathlib import Path

HERE = Path(__file__).parent
sys.path[:0] = [str(HERE / "_ext"), str(HERE.parent)]
# The program of this Python, also in the shell of tutorials; windows are drawn, not shown.
os.environ["PATH"] = os.pathsep.join((str(Path(sys.executable).parent), os.environ["PATH"]))
os.environ["PYTHONPATH"] = os.pathsep.join((str(HERE.parent), os.environ.get("PYTHONPATH", "")))
# Nobody's own settings of IPython, and none of its words about sockets.
os.environ["IPYTHONDIR"] = tempfile.mkdtemp()
(Path(os.environ["IPYTHONDIR"]) / "profile_default").mkdir()
config = Path(os.environ["IPYTHONDIR"]) / "profile_default" / "ipython_kernel_config.py"
config.write_text('get_config().Application.log_level = "ERROR"\n', encoding="utf-8")
os.environ |= {"SDL_VIDEODRIVER": "dummy", "PYGAME_HIDE_SUPPORT_PROMPT": "1", "COLUMNS": "100"}
# No bars among the outputs; small networks are quickest on one core.
os.environ |= {"TTY_COMPATIBLE": "0", "OMP_NUM_THREADS": "1"}

from ruler._version import __version__

project = "folding-ruler"
author = "The folding-ruler maintainers"
copyright = author  # noqa: A001
version = release = __version__

extensions = [
    "myst_nb",
    "sphinx.ext.autodoc",
    "sphinx.ext.napoleon",
    "sphinx_copybutton",
    "sphinx_design",
    "from_program",
]
exclude_patterns = ["paper"]
nitpicky = True
smartquotes = False  # they make -- of an option a dash
# Names of other projects, whose inventories would have to be fetched, and those that `import ruler` does not give.
nitpick_ignore_regex = [("py:.*", r"(?!ruler\.\w+$).*")]

myst_enable_extensions = ["colon_fence", "attrs_inline"]
myst_heading_anchors = 4
nb_execution_mode = "force"
nb_execution_in_temp = True
nb_execution_raise_on_error = True
nb_execution_timeout = 300
nb_merge_streams = True
if find_spec("torch") and find_spec("sklearn"):
    tags.add("torch")  # noqa: F821
else:
    nb_execution_excludepatterns = ["tutorials/your-own-network.md"]

autodoc_typehints = "description"
autodoc_typehints_description_target = "documented"
autodoc_member_order = "bysource"
napoleon_use_ivar = True
napoleon_use_rtype = False
default_role = "literal"
copybutton_prompt_text = "!"

html_theme = "furo"
html_title = "Folding ruler"
html_favicon = "../assets/icons/ruler.png"
html_static_path = ["_static", "../assets/fonts"]
html_css_files = ["site.css"]
html_show_sourcelink = False
html_copy_source = False
html_theme_options = {
    "light_css_variables": {"color-brand-primary": "#8a4b08", "color-brand-content": "#8a4b08"},
    "dark_css_variables": {"color-brand-primary": "#e8a85c", "color-brand-content": "#e8a85c"},
}
