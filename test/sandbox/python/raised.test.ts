import { describe, expect, test } from 'vitest';
import type { Judgement } from '../../../src/sandbox/grader.ts';
import { openPythonSandbox } from '../../../src/sandbox/python/open.ts';
import { makeSample } from '../sample.ts';

const PROMPT = `import asyncio, configparser, csv, decimal, json, queue, struct, zipfile, zlib

class TooSmall(ValueError):
    def __init__(self, size, *, least=3):
        super().__init__(f"{size} is too small")
        self.size = size
        self.least = least

class Mine(KeyError, AttributeError):
    pass


def fail(x):
`;

/** A body that raises, and what holds of \`error\` in CPython. */
const RAISED: readonly (readonly [body: string, holds: string])[] = [
  ['open("/no/such/file")', 'isinstance(error, OSError)'],
  [
    'raise FileNotFoundError(2, "none", x)',
    'type(error) is FileNotFoundError and error.args == (2, "none") and error.filename == "a" and error.errno == 2 and str(error) == "[Errno 2] none: \'a\'"',
  ],
  ['raise OSError(17, "there")', 'type(error) is FileExistsError and error.errno == 17'],
  ['raise TimeoutError', 'type(error) is TimeoutError and error.args == ()'],
  ['raise ConnectionResetError("x")', 'isinstance(error, ConnectionError)'],
  ['{}[x]', 'type(error) is KeyError and error.args == ("a",) and str(error) == "\'a\'"'],
  ['{}[(1, 2)]', 'error.args == ((1, 2),)'],
  ['raise ValueError("x", [1, 2])', 'error.args == ("x", [1, 2])'],
  ['raise ValueError', 'error.args == () and str(error) == ""'],
  ['raise Exception(x)', 'type(error) is Exception'],
  [
    'json.loads("{")',
    'type(error) is json.JSONDecodeError and error.pos == 1 and error.lineno == 1',
  ],
  ['decimal.Decimal("x")', 'type(error) is decimal.InvalidOperation'],
  ['raise zipfile.BadZipFile("no zip")', 'type(error) is zipfile.BadZipFile'],
  [
    'b"\\\\xff".decode()',
    'type(error) is UnicodeDecodeError and error.start == 0 and error.object == b"\\\\xff"',
  ],
  [
    '"\\\\ud800".encode()',
    'type(error) is UnicodeEncodeError and error.reason == "surrogates not allowed"',
  ],
  ['queue.Queue().get_nowait()', 'type(error) is queue.Empty'],
  ['struct.unpack("i", b"")', 'type(error) is struct.error'],
  ['zlib.decompress(b"x")', 'type(error) is zlib.error'],
  ['csv.reader([], strict=1, delimiter="xx")', 'type(error) is TypeError'],
  [
    'configparser.ConfigParser().get("no", "such")',
    'type(error) is configparser.NoSectionError and error.section == "no"',
  ],
  [
    'import statistics\nstatistics.mean([])',
    'type(error).__name__ == "StatisticsError" and type(error).__module__ == "statistics"',
  ],
  ['compile("x +", "f", "exec")', 'type(error) is SyntaxError and error.lineno == 1'],
  [
    'import no_such_module',
    'type(error) is ModuleNotFoundError and error.name == "no_such_module"',
  ],
  ['undefined', 'type(error) is NameError and error.name == "undefined"'],
  ['None.attribute', 'type(error) is AttributeError and error.name == "attribute"'],
  [
    'raise TooSmall(x)',
    'type(error) is TooSmall and error.size == "a" and error.least == 3 and str(error) == "a is too small"',
  ],
  [
    'raise Mine(x)',
    'type(error) is Mine and isinstance(error, KeyError) and isinstance(error, AttributeError)',
  ],
  [
    'class Other(TooSmall): pass\nraise Other(1)',
    'isinstance(error, TooSmall) and type(error).__name__ == "Other"',
  ],
  [
    'class Both(LookupError, ArithmeticError): pass\nraise Both(1)',
    'isinstance(error, LookupError) and isinstance(error, ArithmeticError)',
  ],
  [
    'try:\n    {}[x]\nexcept KeyError as why:\n    raise ValueError("no") from why',
    'type(error.__cause__) is KeyError and error.__cause__.args == ("a",)',
  ],
  ['error = ValueError(1)\nerror.extra = [1]\nraise error', 'error.extra == [1]'],
  ['raise RecursionError("deep")', 'type(error) is RecursionError'],
  ['raise ValueError(object())', 'len(error.args) == 1'],
  ['raise ValueError("x" * 5_000_000)', 'type(error) is ValueError'],
];

const GROUP = 'raise ExceptionGroup("several", [ValueError(1), KeyError("k")])';

const PASSED = { kind: 'verdict', outcome: { kind: 'passed' } };

describe.each(['l2', 'l3'] as const)('what a completion raises, at %s', (level) => {
  async function judged(body: string, check: string): Promise<Judgement> {
    await using sandbox = await openPythonSandbox({ level, workers: 1, env: process.env });
    return await sandbox.judge(
      makeSample({ prompt: PROMPT, completion: indented(body), test: check, entryPoint: 'fail' }),
    );
  }

  test('is for the test what it is in CPython', async () => {
    await using sandbox = await openPythonSandbox({ level, workers: 1, env: process.env });
    const judgements = await Promise.all(
      RAISED.map(async ([body, holds]) => [
        body,
        await sandbox.judge(
          makeSample({
            prompt: PROMPT,
            completion: indented(body.replaceAll('\\\\', '\\')),
            test: `def check(fail):\n    try:\n        fail("a")\n    except Exception as raised:\n        error = raised\n    assert ${holds.replaceAll('\\\\', '\\')}\n`,
            entryPoint: 'fail',
          }),
        ),
      ]),
    );
    expect(judgements).toEqual(RAISED.map(([body]) => [body, PASSED]));
  });

  test('may be a group, where Python has them', async () => {
    const check = `def check(fail):
    import sys
    if sys.version_info < (3, 11):
        return
    try:
        fail("a")
    except Exception as error:
        assert type(error) is ExceptionGroup
        assert [type(each) for each in error.exceptions] == [ValueError, KeyError]
        assert error.subgroup(KeyError).exceptions[0].args == ("k",)
        return
    assert False
`;
    expect(await judged(GROUP, check)).toEqual(PASSED);
  });

  test('is the cause of the verdict where the test lets it through, raised again or not', async () => {
    const failed = {
      outcome: {
        cause: 'exception',
        detail: 'TooSmall: 1 is too small (line 1 of the completion)',
      },
    };
    const again =
      'def check(fail):\n    try:\n        fail(1)\n    except ValueError as e:\n        raise e\n';
    expect(await judged('raise TooSmall(x)', 'def check(fail):\n    fail(1)\n')).toMatchObject(
      failed,
    );
    expect(await judged('raise TooSmall(x)', again)).toMatchObject(failed);
  });

  test('runs nothing of a class of its own, and skips no test', async () => {
    const body = `class Evil(Exception):
    def __new__(cls, *args):
        return super().__new__(cls, *args)
    def __instancecheck__(self, other):
        return True
    def __eq__(self, other):
        return True
raise Evil([].append)`;
    const check =
      'def check(fail):\n    try:\n        fail(1)\n    except Exception as e:\n        assert e == 3\n';
    expect(await judged(body, check)).toMatchObject({ outcome: { kind: 'failed' } });
    const skips = 'import unittest\nraise unittest.SkipTest("x")';
    const suite =
      'import unittest\ndef check(fail):\n    class T(unittest.TestCase):\n        def test(self):\n            fail(1)\n    result = unittest.TestResult()\n    T("test").run(result)\n    assert not result.errors\n';
    expect(await judged(skips, suite)).toMatchObject({ outcome: { kind: 'failed' } });
  });
});

function indented(source: string): string {
  return source
    .split('\n')
    .map((line) => `    ${line}\n`)
    .join('');
}
