"""Runs all tests here; none may be skipped, and there must be some."""

import pathlib
import sys
import unittest

here = str(pathlib.Path(__file__).resolve().parent)
sys.path.insert(0, here)
tests = unittest.defaultTestLoader.discover(here, pattern="*_test.py")
result = unittest.TextTestRunner(verbosity=2).run(tests)
if result.testsRun < 20 or result.skipped or result.expectedFailures:
    sys.exit("tests were skipped, or not found")
sys.exit(0 if result.wasSuccessful() else 1)
