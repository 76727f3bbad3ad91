"""The software bill of materials: every locked package, as CycloneDX. Written, after requirements.txt has changed, by

python -m tests.sbom
"""

import json
import tomllib
from pathlib import Path

from packaging.requirements import Requirement

PROJECT = Path(__file__).parents[1]
SBOM = PROJECT / "sbom.cdx.json"


def locked():
    """(requirement, its SHA-256 fingerprints) of every line of requirements.txt."""
    text = (PROJECT / "requirements.txt").read_text(encoding="utf-8").replace("\\\n", " ")
    for line in filter(None, (line.partition("#")[0].strip() for line in text.splitlines())):
        package, *hashes = line.split(" --hash=sha256:")
        yield Requirement(package), [digest.strip() for digest in hashes]


def bill():
    project = tomllib.loads((PROJECT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    return {
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "version": 1,
        "metadata": {"component": {"type": "application", "name": project["name"], "version": project["version"]}},
        "components": [component(pin) for pin, _ in locked()],
    }


def component(pin):
    version = str(pin.specifier).removeprefix("==")
    address = f"pkg:pypi/{pin.name}@{version}"
    marker = {"properties": [{"name": "python:marker", "value": str(pin.marker)}]} if pin.marker else {}
    return {"type": "library", "bom-ref": address, "name": pin.name, "version": version, "purl": address} | marker


def text():
    return json.dumps(bill(), ensure_ascii=False, indent=1) + "\n"


if __name__ == "__main__":
    SBOM.write_text(text(), encoding="utf-8", newline="\n")
