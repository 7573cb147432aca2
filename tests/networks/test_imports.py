"""The room opens quickly: heavy libraries are imported where they are used."""

import subprocess
import sys


def test_importing_networks_imports_no_heavy_library():
    code = (
        "import sys, ruler.networks as n; n.load_table(n.shipped_tables()[0]); "
        "heavy = ('torch', 'sklearn', 'scipy', 'pandas', 'pyarrow', 'matplotlib'); "
        "print([name for name in heavy if name in sys.modules])"
    )
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert result.stdout.strip() == "[]"
