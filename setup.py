"""The one part of pdfpipe that is not Python; all else about the package is in pyproject.toml.

The JBIG2 encoder is optional: without a C compiler pdfpipe is installed all the same, and 1-bit pages become
CCITT G4.  With one it is built against Python's stable ABI, so that one build serves all later versions.
"""

import sysconfig

from setuptools import Extension, setup

HAS_STABLE_ABI = not sysconfig.get_config_var("Py_GIL_DISABLED")

setup(
    ext_modules=[
        Extension(
            "pdfpipe.codecs._jbig2",
            sources=["pdfpipe/codecs/_jbig2.c"],
            define_macros=[("Py_LIMITED_API", "0x030B0000")] if HAS_STABLE_ABI else [],
            py_limited_api=HAS_STABLE_ABI,
            optional=True,
        )
    ],
    options={"bdist_wheel": {"py_limited_api": "cp311"}} if HAS_STABLE_ABI else {},
)
