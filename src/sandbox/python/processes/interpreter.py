"""Says what a sample needs of this interpreter, and what of its folders must stay out of sight.

Read from standard input by the interpreter in question, as the user that samples run as: what this
user cannot read is not named. Arguments: a JSON list of folders with packages, then the packages
that completions may import. Prints one line of JSON.
"""

import sys

sys.path[:] = [entry for entry in sys.path if entry]  # not the current folder

import glob
import importlib.util
import json
import os
import sysconfig
from typing import Any

FOREIGN = ("site-packages", "dist-packages")


def main() -> None:
    library = sysconfig.get_path("stdlib")
    module_path = [entry for entry in sys.path if os.path.basename(entry) not in FOREIGN]
    libraries = mapped_libraries(module_path)
    executable = os.path.realpath(sys.executable)
    roots = sorted({executable, library, *map(os.path.dirname, libraries), *system_roots()})
    folders, names = json.loads(sys.argv[1]), sys.argv[2:]
    sys.path += folders
    packages = [package_of(name) for name in names]
    found = [package for package in packages if package is not None]
    print(
        json.dumps(
            {
                "executable": executable,
                "version": ".".join(map(str, sys.version_info[:3])),
                "modulePath": module_path + sorted({package["home"] for package in found}),
                "readable": entries(library) + libraries + [p for x in found for p in x["folders"]],
                "listable": [library] + sorted({package["home"] for package in found}),
                "roots": [root for root in roots if not any(is_beneath(root, o) for o in roots)],
                "masked": sorted({path for root in roots for path in foreign_beneath(root)}),
                "packageFolders": [path for package in found for path in package["folders"]],
                "packages": [f"{package['name']} {package['version']}" for package in found],
                "missingPackages": [n for n, p in zip(names, packages) if p is None],
            }
        )
    )


def entries(library: str) -> list[str]:
    """The standard library, entry by entry: installed packages lie beside it."""
    return [f"{library}/{name}" for name in sorted(os.listdir(library)) if name not in FOREIGN]


def mapped_libraries(module_path: list[str]) -> list[str]:
    """The shared libraries that the standard library's extensions load, and the loader."""
    for entry in module_path:
        for file in sorted(glob.glob(f"{glob.escape(entry)}/*.so")):
            load(os.path.basename(file).split(".")[0])
    try:
        import ctypes

        ctypes.CDLL("libgcc_s.so.1")  # glibc loads it when a thread ends
    except (ImportError, OSError):
        pass  # a C library that has no such need
    with open("/proc/self/maps") as maps:
        paths = {line.split(maxsplit=5)[5].strip() for line in maps if "/" in line}
    inside = tuple(entry + os.sep for entry in module_path)
    return sorted(path for path in paths if ".so" in path and not path.startswith(inside))


def load(name: str) -> None:
    try:
        importlib.import_module(name)
    except Exception:
        pass  # an extension that cannot be imported needs no library


def system_roots() -> list[str]:
    """Where the loader is looked for, unless these are links that bubblewrap copies."""
    places = ("/lib", "/lib64", "/lib32", "/usr/lib64", "/usr/lib32")
    return [place for place in places if os.path.isdir(place) and not os.path.islink(place)]


def foreign_beneath(root: str) -> list[str]:
    pattern = glob.escape(root)
    found = [
        p for name in FOREIGN for depth in ("", "/*") for p in glob.glob(f"{pattern}{depth}/{name}")
    ]
    return [os.path.realpath(path) for path in found]


def is_beneath(path: str, other: str) -> bool:
    return path != other and path.startswith(other + os.sep)


def package_of(name: str) -> Any:
    """Where an allowed package lies; None where there is none."""
    spec = importlib.util.find_spec(name)
    if spec is None or spec.origin is None:
        return None
    folder = os.path.dirname(spec.origin)
    home = os.path.dirname(folder)
    beside = [f"{home}/{name}.libs"] if os.path.isdir(f"{home}/{name}.libs") else []
    return {"name": name, "version": version_of(name), "home": home, "folders": [folder, *beside]}


def version_of(name: str) -> str:
    from importlib import metadata

    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return "(no version)"


main()
