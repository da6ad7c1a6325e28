#!/usr/bin/env python3
"""Renames a queue and the host in a campaign's file: hostile.py QUEUE < FILE > NEW-FILE.

The new names hold all that means something to LaTeX, HTML, CSV, Markdown, gnuplot and shells, and letters that few
fonts have.
"""

import json
import sys

NAME = ("a_b&c%d$e#f{g}h~i^j\\k [l]* <script>window.pwned=1</script> <img src=x onerror=window.pwned=1> \"q\" 'r' `touch s`"
        " \\input{t} \\\\ %s |u| --v, \n\tw \u00e9 \u00fe \u4e2d \U0001f980 -->")


def renamed(value, old):
    if isinstance(value, str):
        return value.replace(old, NAME)
    if isinstance(value, list):
        return [renamed(item, old) for item in value]
    if isinstance(value, dict):
        return {key: renamed(item, old) for key, item in value.items()}
    return value


for line in sys.stdin:
    record = renamed(json.loads(line), sys.argv[1])
    if "machine" in record:
        record["machine"]["hostname"] = NAME
    print(json.dumps(record, separators=(",", ":")))
