"""DSSE envelopes and SSH signatures, by securesystemslib, openssl and ssh-keygen."""

import base64
import json
import unittest

import securesystemslib.dsse
import securesystemslib.exceptions
from cryptography.hazmat.primitives import serialization
from securesystemslib.signer import SSlibKey
from small_project import command, flipped, project


def fingerprint(p, name):
    """As ssh-keygen prints it: the keyid that colophon must have written."""
    return command("ssh-keygen", "-l", "-f", f"{name}.pub", cwd=p.root).stdout.decode().split()[1]


def library_key(p, name):
    public = serialization.load_ssh_public_key((p.root / f"{name}.pub").read_bytes())
    raw = public.public_bytes(serialization.Encoding.Raw, serialization.PublicFormat.Raw)
    return SSlibKey(fingerprint(p, name), "ed25519", "ed25519", {"public": raw.hex()})


def changes(envelope):
    """Envelopes that are not the one that was signed."""
    def changed(**members):
        return {**envelope, **members}

    text = base64.b64decode(envelope["payload"])
    signature = envelope["signatures"][0]
    raw = base64.b64decode(signature["sig"])
    encoded = lambda data: base64.b64encode(data).decode()
    yield "payload", changed(payload=encoded(flipped(text, len(text) // 2)))
    yield "longer payload", changed(payload=encoded(text + b" "))
    yield "type", changed(payloadType="application/vnd.in-toto+xml")
    for offset in (0, 31, 32, 63):
        yield f"byte {offset} of the signature", changed(
            signatures=[{**signature, "sig": encoded(flipped(raw, offset))}])
    yield "short signature", changed(signatures=[{**signature, "sig": encoded(raw[:63])}])
    yield "no signature", changed(signatures=[])


class Envelopes(unittest.TestCase):
    def files(self, p):
        return [(p.envelope, "alice"), (p.certificate, "bob")]

    def by_library(self, envelope, key):
        parsed = securesystemslib.dsse.Envelope.from_dict(json.loads(json.dumps(envelope)))
        return parsed.verify([key], 1)

    def by_openssl(self, p, envelope, name, code):
        """The pre-authentication encoding is written down here once more, from DSSE's specification."""
        text, kind = base64.b64decode(envelope["payload"]), envelope["payloadType"].encode()
        message = b"DSSEv1 %d %s %d %s" % (len(kind), kind, len(text), text)
        signature = b"".join(base64.b64decode(s["sig"]) for s in envelope["signatures"])
        (p.root / "message").write_bytes(message)
        (p.root / "signature").write_bytes(signature)
        command("openssl", "pkey", "-in", name, "-pubout", "-out", "public.pem", cwd=p.root)
        command(
            "openssl", "pkeyutl", "-verify", "-rawin", "-pubin", "-inkey", "public.pem", "-sigfile", "signature", "-in",
            "message", cwd=p.root, code=code)

    def test_accepted(self):
        p = project().copy()
        p.verify()
        for path, name in self.files(p):
            with self.subTest(path.name):
                envelope = json.loads(path.read_bytes())
                self.assertEqual(envelope["signatures"][0]["keyid"], fingerprint(p, name))
                self.assertEqual(list(self.by_library(envelope, library_key(p, name))), [fingerprint(p, name)])
                self.by_openssl(p, envelope, name, 0)

    def test_rejected(self):
        p = project().copy()
        for path, name in self.files(p):
            whole = path.read_bytes()
            key = library_key(p, name)
            for what, envelope in changes(json.loads(whole)):
                with self.subTest(path.name, change=what):
                    with self.assertRaises(
                        (securesystemslib.exceptions.VerificationError, securesystemslib.exceptions.FormatError)):
                        self.by_library(envelope, key)
                    self.by_openssl(p, envelope, name, 1)
                    path.write_bytes(json.dumps(envelope, separators=(",", ":"), sort_keys=True).encode())
                    p.verify(code=3)
            path.write_bytes(whole)
            p.verify()

    def test_other_keys_rejected(self):
        p = project().copy()
        for path, name in self.files(p):
            other = "bob" if name == "alice" else "alice"
            envelope = json.loads(path.read_bytes())
            with self.assertRaises(securesystemslib.exceptions.VerificationError):
                self.by_library(envelope, library_key(p, other))
            self.by_openssl(p, envelope, other, 1)
            # Claiming to be by the other key does not help.
            envelope["signatures"][0]["keyid"] = fingerprint(p, other)
            with self.assertRaises(securesystemslib.exceptions.VerificationError):
                self.by_library(envelope, library_key(p, other))

    def test_certificates_are_named(self):
        p = project().copy()
        self.assertIn(b"certified by bob: identical bit for bit", p.verify().stdout)
        p.certificate.unlink()
        self.assertNotIn(b"certified by", p.verify().stdout)


class SSH(unittest.TestCase):
    def check(self, p, code, principal="carol", namespace="colophon"):
        return command(
            "ssh-keygen", "-Y", "verify", "-f", p.trust, "-I", principal, "-n", namespace, "-s", p.ssh_signature,
            cwd=p.root, stdin=p.manifest.read_bytes(), code=None).returncode, code

    def test_accepted(self):
        self.assertEqual(*self.check(project(), 0))
        self.assertIn(b"carol", project().verify().stdout)

    def test_rejected(self):
        p = project().copy()
        for principal, namespace in (("alice", "colophon"), ("dan", "colophon"), ("carol", "file")):
            self.assertEqual(*self.check(p, 255, principal, namespace))
        whole = p.manifest.read_bytes()
        p.manifest.write_bytes(flipped(whole, len(whole) // 2))
        self.assertEqual(*self.check(p, 255))
        p.verify(code=4)
        p.manifest.write_bytes(whole)
        self.assertEqual(*self.check(p, 0))
        # In the middle of the Base64, where its bytes are the signature's.
        lines = p.ssh_signature.read_bytes().split(b"\n")
        lines[3] = lines[3][:10] + (b"A" if lines[3][10:11] != b"A" else b"B") + lines[3][11:]
        p.ssh_signature.write_bytes(b"\n".join(lines))
        self.assertEqual(*self.check(p, 255))
        p.verify(code=3)
        # By a key that nobody trusts.
        stranger = project().copy()
        stranger.trust.write_text("".join(
            line for line in stranger.trust.read_text().splitlines(True) if not line.startswith("carol")))
        self.assertEqual(*self.check(stranger, 255))
        stranger.verify(code=3)
