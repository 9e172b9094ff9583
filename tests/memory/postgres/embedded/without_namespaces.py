"""Runs a command as a container does that grants no namespaces: `unshare` gets "not permitted". Linux; root."""

import ctypes
import errno
import os
import platform
import struct
import sys

_UNSHARE = {"x86_64": 272, "aarch64": 97}[platform.machine()]
_LOAD_NUMBER = struct.pack("HBBI", 0x20, 0, 0, 0)  # the number of the system call
_NEXT_UNLESS_UNSHARE = struct.pack("HBBI", 0x15, 0, 1, _UNSHARE)
_REFUSE = struct.pack("HBBI", 0x06, 0, 0, 0x00050000 | errno.EPERM)
_ALLOW = struct.pack("HBBI", 0x06, 0, 0, 0x7FFF0000)
_PR_SET_SECCOMP, _PR_SET_NO_NEW_PRIVS, _SECCOMP_MODE_FILTER = 22, 38, 2


class _Program(ctypes.Structure):
    _fields_ = (("length", ctypes.c_ushort), ("filter", ctypes.c_char_p))


_libc = ctypes.CDLL(None, use_errno=True)
_program = _Program(4, _LOAD_NUMBER + _NEXT_UNLESS_UNSHARE + _REFUSE + _ALLOW)
if _libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) or _libc.prctl(
    _PR_SET_SECCOMP, _SECCOMP_MODE_FILTER, ctypes.byref(_program), 0, 0
):
    raise OSError(ctypes.get_errno(), "no such filter here")
os.execvp(sys.argv[1], sys.argv[1:])
