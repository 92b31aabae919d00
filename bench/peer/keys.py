"""`bst show` that prints of each element its name, full key and weak key: python3 keys.py show [ARGUMENT]...

BuildStream's own command line, with one method in its place: the one that prints. The weak key has no format of its own there.
"""
import sys

from buildstream._frontend import cli, widget


def show_pipeline(self, dependencies, format_):
    none = "?" * 64
    return "".join(
        f"{element._get_full_name()} {element._get_display_key().full} {element._Element__weak_cache_key or none}\n"
        for element in dependencies
    )


widget.LogLine.show_pipeline = show_pipeline
sys.exit(cli(["--no-interactive", "--no-colors", *sys.argv[1:]]))
