# SPDX-License-Identifier: Apache-2.0
"""Classic BPF as seccomp(2) runs it: arrays of struct sock_filter in either byte order.

Owns the interpreter of the oracle's side.  Promises that Program.outcome() answers as run() does,
only faster: run() is the plain reading of the instructions, Program remembers for each
architecture and number how far it got before the first argument was needed.
"""

import struct

from reading import Outcome, Refused

U32 = 0xffffffff
MAX_INSTRUCTIONS = 4096

# linux/seccomp.h; the upper sixteen bits are the action.
ACTIONS = {0x80000000: 'KILL_PROCESS', 0x00000000: 'KILL_THREAD', 0x00030000: 'TRAP',
           0x00050000: 'ERRNO', 0x7fc00000: 'NOTIFY', 0x7ff00000: 'TRACE', 0x7ffc0000: 'LOG',
           0x7fff0000: 'ALLOW'}
WITH_DATA = ('TRAP', 'ERRNO', 'TRACE')
MAX_ERRNO = 4095

LD_W_ABS, LD_IMM, LD_LEN, LD_MEM = 0x20, 0x00, 0x80, 0x60
LDX_IMM, LDX_LEN, LDX_MEM = 0x01, 0x81, 0x61
ST, STX, RET_K, RET_A, TAX, TXA = 0x02, 0x03, 0x06, 0x16, 0x07, 0x87
JA, JEQ, JGT, JGE, JSET = 0x05, 0x15, 0x25, 0x35, 0x45
X_OPERAND = 0x08
DATA_SIZE = 64         # sizeof(struct seccomp_data); what LD_LEN answers
FIRST_ARGUMENT = 8     # loads below it see the number and the architecture only


class BadProgram(Refused):
    """The kernel would not take this program."""


def normalise(raw: int) -> Outcome:
    """What the kernel makes of a filter's answer."""
    action = ACTIONS.get(raw & 0xffff0000, 'KILL_PROCESS')
    data = raw & 0xffff if action in WITH_DATA else 0
    return Outcome(action, min(data, MAX_ERRNO) if action == 'ERRNO' else data)


def raw(outcome: Outcome) -> int:
    values = {action: value for value, action in ACTIONS.items()}
    return values[outcome.action] | outcome.data


def parse(data: bytes, little=True) -> list:
    """Instructions as (code, jt, jf, k)."""
    if not data or len(data) % 8 or len(data) // 8 > MAX_INSTRUCTIONS:
        raise BadProgram(f'{len(data)} bytes are no program')
    program = list(struct.iter_unpack('<HBBI' if little else '>HBBI', data))
    for pc, (code, jt, jf, k) in enumerate(program):
        targets = [k] if code == JA else [jt, jf] if code & 7 == 5 else [0]
        if code not in (RET_K, RET_A) and pc + 1 + max(targets) >= len(program):
            raise BadProgram(f'instruction {pc} leaves the program')
        if code == LD_W_ABS and (k % 4 or k >= DATA_SIZE):
            raise BadProgram(f'instruction {pc} loads at {k}')
    return program


def words(arch: int, number: int, args, little=True, pointer=0) -> list:
    """struct seccomp_data as sixteen 32-bit words, the halves of 64-bit fields in target order."""
    result = [number & U32, arch]
    for value in (pointer, *args):
        low, high = value & U32, value >> 32
        result += [low, high] if little else [high, low]
    return result


_ALU = {
    0x00: lambda a, b: (a + b) & U32, 0x10: lambda a, b: (a - b) & U32,
    0x20: lambda a, b: (a * b) & U32, 0x30: lambda a, b: a // b, 0x40: lambda a, b: a | b,
    0x50: lambda a, b: a & b, 0x60: lambda a, b: a << (b & 31) & U32,
    0x70: lambda a, b: a >> (b & 31), 0x80: lambda a, b: -a & U32, 0xa0: lambda a, b: a ^ b,
}
_TESTS = {JEQ: lambda a, b: a == b, JGT: lambda a, b: a > b, JGE: lambda a, b: a >= b,
          JSET: lambda a, b: bool(a & b)}


class State:
    """Where a run stands: program counter, both registers, scratch memory."""

    __slots__ = ('pc', 'a', 'x', 'memory')

    def __init__(self, pc=0, a=0, x=0, memory=()):
        self.pc, self.a, self.x, self.memory = pc, a, x, dict(memory)

    def copy(self):
        return State(self.pc, self.a, self.x, self.memory)


def run(program, data: list, state=None, stop_before_arguments=False):
    """The raw answer; or, if asked to stop at the first look at an argument, None."""
    state = state or State()
    while True:
        code, jt, jf, k = program[state.pc]
        if code == LD_W_ABS:
            if stop_before_arguments and k >= FIRST_ARGUMENT:
                return None
            state.a = data[k >> 2]
        elif code == RET_K:
            return k
        elif code == RET_A:
            return state.a
        elif code & 7 == 5:
            state.pc += _jump(code, jt, jf, k, state)
        else:
            _other(code, k, state)
        state.pc += 1


def _jump(code, jt, jf, k, state):
    if code == JA:
        return k
    test = _TESTS.get(code & ~X_OPERAND)
    if test is None:
        raise BadProgram(f'unknown code {code:#x}')
    return jt if test(state.a, state.x if code & X_OPERAND else k) else jf


def _other(code, k, state):
    if code in (LD_IMM, LDX_IMM, LD_LEN, LDX_LEN, LD_MEM, LDX_MEM):
        value = {0: k, 0x80: DATA_SIZE}.get(code & 0xe0, state.memory.get(k, 0))
        setattr(state, 'x' if code & 1 else 'a', value)
    elif code in (ST, STX):
        state.memory[k] = state.x if code == STX else state.a
    elif code == TAX:
        state.x = state.a
    elif code == TXA:
        state.a = state.x
    elif code & 7 == 4 and code & 0xf0 in _ALU:
        operand = state.x if code & X_OPERAND else k
        state.a = 0 if code & 0xf0 == 0x30 and not operand else \
            _ALU[code & 0xf0](state.a, operand)
    else:
        raise BadProgram(f'unknown code {code:#x}')


class Program:
    """One program, asked many calls."""

    def __init__(self, data: bytes, little=True):
        self.program, self.little = parse(data, little), little
        self.chains, self.started = {}, {}

    def __len__(self):
        return len(self.program)

    def outcome(self, arch: int, number: int, args=(0,) * 6) -> Outcome:
        start = self.started.get((arch, number))
        if start is None:
            start = self.started[arch, number] = self._start(arch, number)
        if isinstance(start, Outcome):
            return start
        return normalise(run(self.program, words(arch, number, args, self.little), start.copy()))

    def _start(self, arch, number):
        data, state = words(arch, number, (0,) * 6, self.little), State()
        while True:
            self._follow(state, data)
            code, _, _, k = self.program[state.pc]
            if code in (RET_K, RET_A):
                return normalise(k if code == RET_K else state.a)
            if not self._step(state, data):
                return state

    def _step(self, state, data):
        """One instruction; false if it needs an argument."""
        code, jt, jf, k = self.program[state.pc]
        if code == LD_W_ABS:
            if k >= FIRST_ARGUMENT:
                return False
            state.a = data[k >> 2]
        elif code & 7 == 5:
            state.pc += _jump(code, jt, jf, k, state)
        else:
            _other(code, k, state)
        state.pc += 1
        return True

    def _follow(self, state, data):
        """Over a chain of JEQ in one look-up: libseccomp writes hundreds of them in a row."""
        while self.program[state.pc][0] == JEQ:
            chain = self.chains.get(state.pc)
            if chain is None:
                chain = self.chains[state.pc] = self._chain(state.pc)
            targets, otherwise = chain
            state.pc = targets.get(state.a, otherwise)

    def _chain(self, pc):
        targets = {}
        while self.program[pc][0] == JEQ:
            _, jt, jf, k = self.program[pc]
            targets.setdefault(k, pc + 1 + jt)
            pc += 1 + jf
        return targets, pc
