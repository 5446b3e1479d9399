"""The RO-Crate, by roc-validator, runcrate and rocrate."""

import contextlib
import copy
import io
import json
import os
import pathlib
import unittest

import requests
import requests.adapters
from small_project import project

CONTEXT = "https://w3id.org/ro/crate/1.1/context"
PROFILE = "provenance-run-crate-0.5"

# Recommendations that are not followed, with the reasons. Any other is a failure.
KNOWN = {
    "process-run-crate-0.5_3.2": "colophon and its steps have no address on the network",
    "process-run-crate-0.5_5.1": "hence no absolute identifier",
    "process-run-crate-0.5_7.1": "notebooks have no version but their digest",
    "process-run-crate-0.5_8.4": "no clock is read: a run does not know when it was",
    "process-run-crate-0.5_8.6": "a run does not know who ran it",
    "workflow-ro-crate-1.0_6.1": "there is no README.md beside the report",
    "workflow-ro-crate-1.0_6.2": "there is no README.md beside the report",
    "workflow-ro-crate-1.0_8.1": "the Bioschemas profile wants dates and publishers of the workflow",
    "ro-crate-1.1_22.3": "front matter names no publisher",
    "ro-crate-1.1_30.2": "front matter names no affiliation",
    "ro-crate-1.1_30.3": "front matter names no affiliation",
}


class Files(requests.adapters.BaseAdapter):
    """Answers with files instead of the network, and remembers what else was asked for."""

    def __init__(self):
        super().__init__()
        # Downloaded by pip; see requirements-context.txt.
        self.context = pathlib.Path(os.environ["INTEROP_CONTEXT"]).read_bytes()
        self.strange = []

    def send(self, request, **_):
        if request.url != CONTEXT:
            self.strange.append(request.url)
            raise requests.ConnectionError(f"{request.url} is not served")
        answer = requests.Response()
        answer.status_code, answer.url, answer.request = 200, request.url, request
        answer.headers["Content-Type"] = "application/ld+json"
        answer.raw = io.BytesIO(self.context)
        return answer

    def close(self):
        pass


FILES = Files()
requests.Session.get_adapter = lambda self, url: FILES

from rocrate_validator import services  # noqa: E402  (after the network is replaced)
from rocrate.rocrate import ROCrate  # noqa: E402
from runcrate.report import dump_crate_actions  # noqa: E402


def issues(crate, severity):
    settings = services.ValidationSettings(
        rocrate_uri=str(crate), profile_identifier=PROFILE, requirement_severity=severity, no_cache=True)
    result = services.validate(settings)
    found = [(i.check.identifier, i.message) for i in result.get_issues()]
    assert result.passed() == (not found), "the verdict and the findings agree"
    return found


class Crate:
    """A crate whose metadata can be changed."""

    def __init__(self):
        self.path = project().copy().crate
        self.file = self.path / "ro-crate-metadata.json"
        self.whole = json.loads(self.file.read_bytes())

    def write(self, change):
        changed = copy.deepcopy(self.whole)
        change({e["@id"]: e for e in changed["@graph"]}, changed)
        assert changed != self.whole
        self.file.write_text(json.dumps(changed))


class Validator(unittest.TestCase):
    def test_the_context_is_that_of_1_1(self):
        self.assertEqual(json.loads(FILES.context)["@id"], CONTEXT)

    def test_accepted(self):
        self.assertEqual(issues(project().crate, "REQUIRED"), [])
        other = [f for f in issues(project().crate, "RECOMMENDED") if f[0] not in KNOWN]
        self.assertEqual(other, [])
        self.assertEqual(FILES.strange, [])

    def test_rejected(self):
        crate = Crate()
        self.assertEqual(issues(crate.path, "REQUIRED"), [])
        # What is changed, and the check that must find it.
        changes = {
            "datePublished": ("ro-crate-1.1_8.4", lambda e, _: e["./"].pop("datePublished")),
            "a date that is none": ("ro-crate-1.1_8.4", lambda e, _: e["./"].update(datePublished="soon")),
            "description": ("ro-crate-1.1_8.2", lambda e, _: e["./"].pop("description")),
            "license": ("ro-crate-1.1_8.3", lambda e, _: e["./"].pop("license")),
            "mainEntity": ("workflow-ro-crate-1.0_3.1", lambda e, _: e["./"].pop("mainEntity")),
            "conformsTo of the root": ("provenance-run-crate-0.5_6.1", lambda e, _: e["./"].pop("conformsTo")),
            "conformsTo of the descriptor": ("ro-crate-1.1_5.3", lambda e, _: e["ro-crate-metadata.json"].pop("conformsTo")),
            "programmingLanguage": ("workflow-ro-crate-1.0_2.2", lambda e, _: e["notebooks/small.md"].pop("programmingLanguage")),
            "the type of the workflow": ("workflow-ro-crate-1.0_2.1", lambda e, _: e["notebooks/small.md"].update({"@type": ["File", "HowTo"]})),
            "instrument of the run": ("workflow-run-crate-0.5_4.1", lambda e, _: e["#run"].pop("instrument")),
            "instrument of a step": ("provenance-run-crate-0.5_3.2", lambda e, _: e["#action/line"].pop("instrument")),
            "result of the engine": ("provenance-run-crate-0.5_8.2", lambda e, _: e["#organization"].pop("result")),
            "object of a control": ("provenance-run-crate-0.5_7.2", lambda e, _: e["#control/line"].pop("object")),
            "tool of a step": ("provenance-run-crate-0.5_4.2", lambda e, _: e["#step/line"].pop("workExample")),
            "type of a parameter": ("workflow-run-crate-0.5_3.1", lambda e, _: e["#parameter/least"].pop("additionalType")),
            "the context": ("ro-crate-1.1_3.1", lambda _, all: all.pop("@context")),
        }
        for what, (check, change) in changes.items():
            with self.subTest(what):
                crate.write(change)
                self.assertIn(check, [found for found, _ in issues(crate.path, "REQUIRED")])

    def test_a_missing_notebook_rejected(self):
        crate = Crate()
        (crate.path / "notebooks/small.md").unlink()
        self.assertNotEqual(issues(crate.path, "REQUIRED"), [])


class Readers(unittest.TestCase):
    def report(self, path):
        text = io.StringIO()
        dump_crate_actions(str(path), f=text)
        return text.getvalue()

    def test_runcrate_accepts(self):
        text = self.report(project().crate)
        manifest = json.loads(project().manifest.read_bytes())
        self.assertTrue(text.startswith("action: #run\n  instrument: notebooks/small.md "))
        self.assertIn("0 mg/dL <- #parameter/least\n", text)
        self.assertIn("data/small%20numbers.csv <- #input/data/small%20numbers.csv\n", text)
        self.assertIn("run/report.html\n", text)
        for step in manifest["predicate"]["steps"]:
            self.assertIn(
                f"action: #action/{step['name']}\n  step: #step/{step['name']}\n  instrument: #kind/{step['kind']} ",
                text)
            self.assertIn(step["output"], text)

    def test_runcrate_rejects(self):
        crate = Crate()
        self.report(crate.path)
        for what, change in {
            "the root": lambda e, all: all["@graph"].remove(e["./"]),
            "the descriptor": lambda e, all: all["@graph"].remove(e["ro-crate-metadata.json"]),
            "the tool of a step": lambda e, all: e["#action/line"].pop("instrument"),
        }.items():
            with self.subTest(what):
                crate.write(change)
                with self.assertRaises((KeyError, ValueError)):
                    self.report(crate.path)

    def test_rocrate_accepts(self):
        crate = ROCrate(project().crate)
        self.assertEqual(crate.mainEntity.id, "notebooks/small.md")
        self.assertEqual(str(crate.root_dataset["datePublished"])[:10], "2025-02-28")
        on_disk = {
            p.relative_to(project().crate).as_posix() for p in project().crate.rglob("*") if p.is_file()
        } - {"ro-crate-metadata.json"}
        described = {requests.utils.unquote(e.id) for e in crate.data_entities}
        self.assertEqual(described, on_disk, "every file is described, and nothing else is")
        copied = pathlib.Path(project().copy().root) / "copied"
        crate.write(copied)
        for path in on_disk:
            self.assertEqual((copied / path).read_bytes(), (project().crate / path).read_bytes(), path)

    def test_rocrate_rejects(self):
        crate = Crate()
        crate.write(lambda e, all: all["@graph"].remove(e["./"]))
        with self.assertRaises((KeyError, ValueError)):
            ROCrate(crate.path)

    def test_the_crate_verifies_itself(self):
        p = project().copy()
        verify = ("verify", p.crate / "run", "--project", p.crate, "--rerun", "--trust", p.trust, "--require-signature")
        self.assertIn(b"certified by bob", p.colophon(*verify).stdout)
        with contextlib.closing(open(p.crate / "data/small numbers.csv", "ab")) as data:
            data.write(b"a,5,3.5\n")
        p.colophon(*verify, code=4)
