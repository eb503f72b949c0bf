"""What a student may do with a notebook outside of it.

python -m course_lib pack l02_backpropagation.ipynb       look it over, write l02_backpropagation.zip
python -m course_lib restore l02_backpropagation.ipynb    put it right, keep the answers
"""

import argparse
import sys
from pathlib import Path


def main(words=None):
    """Exit code 0 if all is well, 1 if something is wrong with the notebook, 2 for wrong usage."""
    parser = argparse.ArgumentParser(
        prog="python -m course_lib", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("command", choices=["pack", "restore"])
    parser.add_argument("notebook", type=Path)
    asked = parser.parse_args(words)

    from course_lib.handing_in.reading import Unreadable

    try:
        sentences, sound = {"pack": pack, "restore": restore}[asked.command](asked.notebook)
    except Unreadable as error:
        sentences, sound = [str(error)], False
    except OSError as error:
        sentences, sound = [f"{error.filename}: {error.strerror}"], False
    print("\n".join(sentences))
    return 0 if sound else 1


def pack(notebook):
    """(what to say, is the notebook sound)"""
    from course_lib.handing_in.originals import shipped
    from course_lib.handing_in.packing import pack_file

    packed = pack_file(notebook, shipped())
    return [*packed.findings, f"{packed.path} is written: hand it in."], not packed.findings


def restore(notebook):
    from course_lib.handing_in.originals import shipped
    from course_lib.handing_in.restoring import restore_file

    restored = restore_file(notebook, shipped())
    if not restored.findings:
        return [f"{restored.path} is sound; it stays as it is."], True
    kept = [f"The file as it was: {restored.kept}"] if restored.kept else []
    return [*restored.findings, f"{restored.path} is put right.", *kept], True


if __name__ == "__main__":
    sys.exit(main())
