"""The small project, run, signed, certified and exported once in a temporary folder."""

import atexit
import functools
import os
import pathlib
import shutil
import subprocess
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent
COLOPHON = pathlib.Path(os.environ.get("COLOPHON", ROOT / ".build/release/colophon")).resolve()


def command(*arguments, cwd, stdin=None, code=0):
    """Runs a program; another exit code than `code` (None: any) is a failure that shows what it printed."""
    result = subprocess.run([str(a) for a in arguments], cwd=cwd, input=stdin, capture_output=True)
    if code is not None and result.returncode != code:
        shown = (result.stdout + result.stderr).decode(errors="replace")
        raise AssertionError(f"{arguments} ended {result.returncode}, not {code}:\n{shown}")
    return result


class Project:
    """Alice wrote and signed the run, Bob certified it, Carol signed it with OpenSSH's own tool."""

    def __init__(self, root):
        self.root = root
        self.run = root / "outputs/small"
        self.manifest = self.run / "manifest.json"
        self.envelope = self.run / "manifest.dsse.json"
        self.certificate = self.run / "certificate-bob.dsse.json"
        self.ssh_signature = self.run / "manifest.json.carol.sig"
        self.trust = root / "allowed_signers"
        self.crate = root / "crate"

    def colophon(self, *arguments, code=0):
        return command(COLOPHON, *arguments, cwd=self.root, code=code)

    def verify(self, *more, code=0):
        return self.colophon("verify", self.run, "--trust", self.trust, "--require-signature", *more, code=code)

    def copy(self):
        """A copy to tamper with, removed at the end."""
        root = pathlib.Path(tempfile.mkdtemp(prefix="colophon-interop-"))
        atexit.register(shutil.rmtree, root, ignore_errors=True)
        shutil.copytree(self.root, root, dirs_exist_ok=True)
        return Project(root)

    def _make(self):
        shutil.copytree(HERE / "project", self.root, dirs_exist_ok=True)
        (self.root / "colophon.yaml").touch()
        self.colophon("run", "--quiet", "notebooks/small.md")
        for name in ("alice", "bob"):
            self.colophon("key", "new", name)
        command("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "", "-f", "carol", cwd=self.root)
        lines = [f'{n} namespaces="colophon" {(self.root / f"{n}.pub").read_text()}' for n in ("alice", "bob", "carol")]
        self.trust.write_text("".join(lines))
        self.colophon("sign", self.run, "--key", "alice")
        self.colophon("certify", self.run, "--key", "bob", "--as", "bob")
        signed = command(
            "ssh-keygen", "-Y", "sign", "-f", "carol", "-n", "colophon", cwd=self.root, stdin=self.manifest.read_bytes())
        self.ssh_signature.write_bytes(signed.stdout)
        self.colophon("export", self.run, "--crate", self.crate)
        return self


@functools.cache
def project():
    root = pathlib.Path(tempfile.mkdtemp(prefix="colophon-interop-"))
    atexit.register(shutil.rmtree, root, ignore_errors=True)
    return Project(root)._make()


def flipped(data, offset):
    """`data` with one bit changed."""
    changed = bytearray(data)
    changed[offset] ^= 1
    return bytes(changed)
