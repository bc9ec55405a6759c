#!/usr/bin/env python3
"""Records the findings of redocly and openapi-spec-validator for the contracts in cases.yaml, in crosscheck.yaml.

Run it after you add or change a case. The tests only read crosscheck.yaml. Requirements:
    pip install openapi-spec-validator pyyaml
    npm install @redocly/cli            (or REDOCLY=/path/to/redocly)
"""

import json
import os
import shutil
import subprocess
import tempfile
from importlib.metadata import version
from pathlib import Path

import yaml
from openapi_spec_validator import OpenAPIV30SpecValidator

HERE = Path(__file__).parent
REDOCLY = os.environ.get("REDOCLY") or shutil.which("redocly") or "npx @redocly/cli"


def contracts():
    """Yields the name and the contract of the base and of each case."""
    base = (HERE / "base.yaml").read_text()
    yield "nothing is wrong", base
    for case in yaml.safe_load((HERE / "cases.yaml").read_text())["cases"]:
        contract = base
        for edit in case["edits"]:
            contract = contract.replace(edit["from"], edit["to"], 1)
        yield case["what"], contract


def fingerprint(text):
    """Returns the FNV-1a hash, as in crates/mediaconnect-api/fingerprint.rs."""
    hash = 0xCBF29CE484222325
    for byte in text.encode():
        hash = (hash ^ byte) * 0x100000001B3 % 2**64
    return f"{hash:016x}"


def validator(contract):
    """Returns the errors of openapi-spec-validator, which reads YAML 1.1 with PyYAML."""
    try:
        errors = list(OpenAPIV30SpecValidator(yaml.safe_load(contract)).iter_errors())
        return sorted({name(error) for error in errors})
    except Exception as error:  # Its command line also fails on unexpected input.
        return [type(error).__name__]


def name(error):
    """Returns the broken keyword of the OpenAPI schema, or the class of another error."""
    keyword = getattr(error, "validator", None)
    return keyword if isinstance(keyword, str) else type(error).__name__


def redocly(texts):
    """Returns the errors and warnings of redocly's recommended rules for each contract."""
    with tempfile.TemporaryDirectory() as folder:
        names = [f"case{index:03}.yaml" for index in range(len(texts))]
        for name, text in zip(names, texts):
            (Path(folder) / name).write_text(text)
        command = [*REDOCLY.split(), "lint", "--extends", "recommended", "--format", "json", "--max-problems", "9999"]
        found = {}
        # One run for each file: an invalid file would end the run.
        for name in names:
            run = subprocess.run([*command, name], cwd=folder, capture_output=True, text=True)
            try:
                problems = json.loads(run.stdout[run.stdout.index("{"):])["problems"]
            except ValueError:
                problems = [{"ruleId": "unreadable", "severity": "error"}]
            found[name] = {
                severity: sorted({problem["ruleId"] for problem in problems if problem["severity"] == severity})
                for severity in ("error", "warn")
            }
        release = subprocess.run([*REDOCLY.split(), "--version"], capture_output=True, text=True).stdout.strip()
        return release, [found[name] for name in names]


def main():
    cases = list(contracts())
    release, by_redocly = redocly([contract for _, contract in cases])
    flow = lambda names: "[" + ", ".join(names) + "]"
    lines = [
        "# The findings of other tools for the contracts in cases.yaml. Written by crosscheck.py; do not edit.",
        "tools:",
        f"  redocly: '{release.split()[-1]}'",
        f"  validator: '{version('openapi-spec-validator')}'",
        "cases:",
    ]
    for (what, contract), found in zip(cases, by_redocly):
        lines += [
            f"  - what: {what}",
            f"    contract: '{fingerprint(contract)}'",
            f"    redocly: {flow(found['error'])}",
            f"    redocly-warnings: {flow(found['warn'])}",
            f"    validator: {flow(validator(contract))}",
        ]
    (HERE / "crosscheck.yaml").write_text("\n".join(lines) + "\n")


if __name__ == "__main__":
    main()
