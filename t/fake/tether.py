"""tether - what the servers that tests start have in common: they end with
their starter, hold nothing of its, and stand in no folder of a test."""
import ctypes
import os
import signal
import sys

PR_SET_PDEATHSIG = 1    # linux/prctl.h


def tie(starter):
    """From here on this process is killed when its parent, which must be the
    process starter, ends. Only descriptors 0 to 2 stay open."""
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.prctl(PR_SET_PDEATHSIG, ctypes.c_ulong(signal.SIGKILL)) != 0:
        sys.exit('prctl: %s' % os.strerror(ctypes.get_errno()))
    # It may have ended before that call.
    if os.getppid() != starter:
        sys.exit('process %d is not my parent' % starter)
    os.closerange(3, 65536)
    os.chdir('/')


def say(path, text):
    """path holds text, or is not there."""
    with open(path + '.new', 'w', encoding='utf-8') as out:
        out.write(text + '\n')
    os.rename(path + '.new', path)
