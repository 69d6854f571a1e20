#!/usr/bin/python3
"""Reads a bundle's manifest and checks that what it names is there: manifests.py ECOSYSTEM DIR"""

import json
import pathlib
import re
import sys

import yaml


def check_version(version):
    assert re.fullmatch(r"\d+\.\d+\.\d+", version), f"version {version!r}"


def arduino(bundle):
    lines = (bundle / "library.properties").read_text().splitlines()
    properties = dict(line.split("=", 1) for line in lines)
    required = "name version author maintainer sentence paragraph category url architectures"
    assert set(required.split()) <= set(properties), "a required property is missing"
    check_version(properties["version"])
    assert properties["category"] == "Communication"
    assert (bundle / "src" / properties["includes"]).is_file()


def platformio(bundle):
    library = json.loads((bundle / "library.json").read_text())
    check_version(library["version"])
    build = library["build"]
    assert list((bundle / build["srcDir"]).glob("*.c"))
    for header in library["headers"]:
        assert (bundle / build["includeDir"] / header).is_file(), header


def zephyr(bundle):
    module = yaml.safe_load((bundle / "zephyr" / "module.yml").read_text())
    assert module["name"] == "gsmflash"
    assert (bundle / module["build"]["cmake"] / "CMakeLists.txt").is_file()
    kconfig = (bundle / module["build"]["kconfig"]).read_text()
    used = set(re.findall(r"CONFIG_(\w+)", (bundle / "zephyr" / "CMakeLists.txt").read_text()))
    assert used and used == set(re.findall(r"^config (\w+)$", kconfig, re.M)), used


def esp_idf(bundle):
    component = yaml.safe_load((bundle / "idf_component.yml").read_text())
    check_version(component["version"])
    assert component["dependencies"]["idf"]
    assert (bundle / "CMakeLists.txt").is_file()


CHECKS = {"arduino": arduino, "platformio": platformio, "zephyr": zephyr, "esp-idf": esp_idf}

if __name__ == "__main__":
    CHECKS[sys.argv[1]](pathlib.Path(sys.argv[2]))
