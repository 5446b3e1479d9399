"""Canonical JSON, schemas, in-toto statements and sums."""

import base64
import copy
import hashlib
import json
import unittest

import google.protobuf.json_format
import in_toto_attestation.v1.statement as intoto
import in_toto_attestation.v1.statement_pb2 as intoto_pb
import jsonschema
import rfc8785
from small_project import ROOT, command, flipped, project


def payload(path):
    return base64.b64decode(json.loads(path.read_bytes())["payload"], validate=True)


class CanonicalJSON(unittest.TestCase):
    def texts(self):
        p = project()
        files = [p.manifest, p.run / "results.json", p.envelope, p.certificate, p.crate / "ro-crate-metadata.json"]
        files += sorted(ROOT.glob("outputs/*/manifest.json")) + sorted(ROOT.glob("outputs/*/results.json"))
        return [(str(f), f.read_bytes()) for f in files] + [
            (f"payload of {f}", payload(f)) for f in (p.envelope, p.certificate)
        ]

    def test_accepted(self):
        for name, text in self.texts():
            with self.subTest(name):
                self.assertEqual(rfc8785.dumps(json.loads(text)), text)

    def test_rejected(self):
        for name, text in self.texts():
            with self.subTest(name):
                value = json.loads(text)
                for other in (text + b"\n", json.dumps(value).encode(), text.replace(b'":', b'": ', 1)):
                    self.assertEqual(json.loads(other), value)
                    self.assertNotEqual(rfc8785.dumps(json.loads(other)), other)
        changed = project().copy()
        changed.manifest.write_bytes(json.dumps(json.loads(changed.manifest.read_bytes())).encode())
        self.assertIn(b"not in canonical form", changed.verify(code=4).stdout)


class Schemas(unittest.TestCase):
    def validator(self, name):
        schema = json.loads((ROOT / "docs" / f"{name}.schema.json").read_bytes())
        jsonschema.Draft202012Validator.check_schema(schema)
        return jsonschema.Draft202012Validator(schema)

    def test_accepted(self):
        manifests = [project().manifest] + sorted(ROOT.glob("outputs/*/manifest.json"))
        self.assertGreater(len(manifests), 3)
        for path in manifests:
            with self.subTest(str(path)):
                self.validator("manifest").validate(json.loads(path.read_bytes()))
        self.validator("certificate").validate(json.loads(payload(project().certificate)))

    def rejected(self, name, whole, changes):
        validator = self.validator(name)
        validator.validate(whole)
        for change in changes:
            with self.subTest(name, change=change.__code__.co_firstlineno):
                changed = copy.deepcopy(whole)
                change(changed)
                self.assertNotEqual(changed, whole)
                with self.assertRaises(jsonschema.ValidationError):
                    validator.validate(changed)

    def test_manifest_rejected(self):
        self.rejected("manifest", json.loads(project().manifest.read_bytes()), [
            lambda m: m.update(predicateType="urn:colophon:run:2"),
            lambda m: m.update(more=1),
            lambda m: m.pop("subject"),
            lambda m: m.update(subject=[]),
            lambda m: m["subject"][0].update(name="../report.html"),
            lambda m: m["subject"][0]["digest"].update(sha256="0" * 63),
            lambda m: m["subject"][0]["digest"].update(sha256="A" * 64),
            lambda m: m["predicate"].update(core="0" * 64),
            lambda m: m["predicate"].update(failedExpectations=-1),
            lambda m: m["predicate"].update(started="2025-02-28"),
            lambda m: m["predicate"]["inputs"][0].update(size="12"),
            lambda m: m["predicate"]["inputs"][0].update(path="/etc/passwd"),
            lambda m: m["predicate"]["parameters"][0].update(value=0.5),
            lambda m: m["predicate"]["engine"].pop("fingerprint"),
            lambda m: m["predicate"]["steps"][0].update(parameters={"x": 0.5}),
            lambda m: m["predicate"]["steps"][0].update(version=0),
            lambda m: m["predicate"]["steps"][0].pop("rendering"),
            lambda m: m["predicate"]["steps"][1]["reads"][0].pop("sha256"),
        ])

    def test_certificate_rejected(self):
        self.rejected("certificate", json.loads(payload(project().certificate)), [
            lambda c: c["predicate"].update(verdict="quite similar"),
            lambda c: c["predicate"].update(date="2025-02-28"),
            lambda c: c["predicate"].pop("notChecked"),
            lambda c: c["subject"][0].update(name="report.html"),
            lambda c: c["subject"].append(c["subject"][0]),
            lambda c: c.update(predicateType="urn:colophon:run:1"),
        ])


class Statements(unittest.TestCase):
    def parsed(self, text):
        statement = intoto.Statement.copy_from_pb(google.protobuf.json_format.Parse(text, intoto_pb.Statement()))
        statement.validate()
        return statement.pb

    def test_accepted(self):
        p = project()
        run = self.parsed(p.manifest.read_bytes())
        self.assertEqual(run.predicate_type, "urn:colophon:run:1")
        for subject in run.subject:
            self.assertEqual(subject.digest["sha256"], hashlib.sha256((p.run / subject.name).read_bytes()).hexdigest())
        certificate = self.parsed(payload(p.certificate))
        self.assertEqual(certificate.predicate_type, "urn:colophon:certificate:1")
        self.assertEqual([s.name for s in certificate.subject], ["manifest.json"])
        self.assertEqual(
            certificate.subject[0].digest["sha256"], hashlib.sha256(p.manifest.read_bytes()).hexdigest())
        self.assertEqual(certificate.predicate["core"], run.predicate["core"])
        self.assertEqual(certificate.predicate["verdict"], "identical bit for bit")

    def test_rejected(self):
        p = project()
        changes = [
            lambda s: s.update(_type="https://in-toto.io/Statement/v0.1"),
            lambda s: s.update(subject=[]),
            lambda s: s["subject"][0].update(digest={}),
            lambda s: s.update(predicateType=""),
            lambda s: s.update(predicate={}),
            lambda s: s.update(more=1),
        ]
        for text in (p.manifest.read_bytes(), payload(p.certificate)):
            self.parsed(text)
            for change in changes:
                with self.subTest(change=change.__code__.co_firstlineno):
                    changed = json.loads(text)
                    change(changed)
                    with self.assertRaises((ValueError, google.protobuf.json_format.ParseError)):
                        self.parsed(json.dumps(changed).encode())


class Sums(unittest.TestCase):
    def check(self, p, code):
        return command("sha256sum", "--strict", "-c", "SHA256SUMS", cwd=p.run, code=code).stdout.decode()

    def test_accepted(self):
        p = project()
        text = self.check(p, 0)
        files = [f for f in p.run.rglob("*") if f.is_file() and f.suffix not in (".sig",) and ".dsse." not in f.name]
        self.assertEqual(text.count(": OK\n"), len(files) - 1, "every file but SHA256SUMS itself and signatures")

    def test_rejected(self):
        for name in ("report.html", "results.json", "manifest.json", "figures/courses.svg"):
            with self.subTest(name):
                p = project().copy()
                whole = (p.run / name).read_bytes()
                (p.run / name).write_bytes(flipped(whole, len(whole) // 2))
                self.assertIn(f"{name}: FAILED\n", self.check(p, 1))
                p.verify(code=4)
                (p.run / name).unlink()
                self.check(p, 1)
                p.verify(code=4)
