import { describe, expect, test } from 'vitest';
import { openPythonSandbox } from '../../../src/sandbox/python/open.ts';
import { makeSample } from '../sample.ts';

/** Bodies of `total(n)`, the sum of the first n numbers. */
const WORKS: Readonly<Record<string, string>> = {
  'a pool of threads': `from concurrent.futures import ThreadPoolExecutor
with ThreadPoolExecutor(4) as p: return sum(p.map(int, range(n + 1)))`,
  "multiprocessing's pool of threads": `from multiprocessing.pool import ThreadPool
with ThreadPool(2) as pool:
    return sum(pool.map(int, range(n + 1)))`,
  'multiprocessing.dummy': `from multiprocessing.dummy import Pool
with Pool(3) as p: return sum(p.map(int, range(n + 1)))`,
  'a queue': `import queue, threading
q=queue.Queue()
t=threading.Thread(target=lambda:[q.put(i) for i in range(n + 1)])
t.start(); t.join()
return sum(q.get() for _ in range(n + 1))`,
  'a barrier, a semaphore and a lock': `import threading
b=threading.Barrier(2); s=threading.Semaphore(2); l=threading.RLock(); r=[]
def f():
    b.wait()
    with s, l: r.append(1)
ts=[threading.Thread(target=f) for _ in range(2)]
[t.start() for t in ts]; [t.join() for t in ts]
assert len(r)==2
return sum(range(n + 1))`,
  'asyncio.run and to_thread': `import asyncio
async def f():
    await asyncio.sleep(0.001)
    xs = await asyncio.gather(*[asyncio.to_thread(int, i) for i in range(n + 1)])
    return sum(xs)
return asyncio.run(f())`,
  'an executor of an event loop': `import asyncio
from concurrent.futures import ThreadPoolExecutor
async def f():
    loop=asyncio.get_running_loop()
    with ThreadPoolExecutor(2) as p:
        return sum([await loop.run_in_executor(p, int, i) for i in range(n + 1)])
return asyncio.run(f())`,
  'an event loop, its queues and locks': `import asyncio
loop=asyncio.new_event_loop()
async def f():
    q=asyncio.Queue(); e=asyncio.Event(); l=asyncio.Lock(); e.set(); await e.wait()
    async with l: await q.put(n)
    return sum(range(await asyncio.wait_for(q.get(), 1)+1))
v=loop.run_until_complete(f()); loop.close(); return v`,
  "multiprocessing's locks": `import multiprocessing as mp
l=mp.Lock(); r=mp.RLock(); s=mp.Semaphore(2); bs=mp.BoundedSemaphore(1); e=mp.Event(); c=mp.Condition()
with l, r, s, bs, c: e.set()
with r:
    with r: pass
assert e.wait(1) and e.is_set() and l.acquire(timeout=1) and not l.acquire(False)
l.release()
try: l.release()
except ValueError: pass
else: raise RuntimeError
return sum(range(n + 1))`,
  "multiprocessing's queues and pipes": `import multiprocessing as mp
q=mp.Queue(); q.put(n); a,b=mp.Pipe(); sq=mp.SimpleQueue(); sq.put(1); assert sq.get()==1
a.send([1]); assert b.recv()==[1]
return sum(range(q.get(timeout=2)+1))`,
  'a timer and thread-local data': `import threading, sched, time
r=[]
t=threading.Timer(0.01, r.append, (1,)); t.start(); t.join(); assert r
loc=threading.local(); loc.x=1
return sum(range(n + 1))`,
};

const REFUSED: Readonly<Record<string, string>> = {
  'a pool of processes': `from concurrent.futures import ProcessPoolExecutor
with ProcessPoolExecutor(2) as p: return sum(p.map(int, range(n + 1)))`,
  "multiprocessing's pool": `from multiprocessing import Pool
with Pool(2) as p: return sum(p.map(int, range(n + 1)))`,
  'a process': `import multiprocessing as mp
p=mp.Process(target=print); p.start(); p.join(); return sum(range(n + 1))`,
  'a program': `import subprocess
subprocess.run(['true']); return sum(range(n + 1))`,
  'a socket': `import socket
socket.socket(); return sum(range(n + 1))`,
  'a pair of datagram sockets': `import socket
socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM); return sum(range(n + 1))`,
  'data out of band': `import socket
a,b=socket.socketpair(); a.send(b'x', socket.MSG_OOB); return sum(range(n + 1))`,
  'a pipe of packets': `import os
os.pipe2(os.O_DIRECT); return sum(range(n + 1))`,
  'a program of an event loop': `import asyncio
async def f(): return await asyncio.create_subprocess_exec('true')
asyncio.run(f()); return sum(range(n + 1))`,
};

const CHECK = 'def check(total):\n    assert total(10) == 55 and total(100) == 5050\n';
const FORKS = ['a pool of processes', "multiprocessing's pool", 'a process'];

describe.each(['l2', 'l3'] as const)('at %s', (level) => {
  async function judged(bodies: Readonly<Record<string, string>>): Promise<Record<string, string>> {
    await using sandbox = await openPythonSandbox({ level, workers: 1, env: process.env });
    const verdicts = await Promise.all(
      Object.entries(bodies).map(async ([name, body]) => {
        const judgement = await sandbox.judge(
          makeSample({
            prompt: 'def total(n):\n',
            completion: body.replaceAll(/^/gm, '    '),
            test: CHECK,
            entryPoint: 'total',
          }),
        );
        const { outcome } = judgement.kind === 'verdict' ? judgement : { outcome: judgement };
        return [name, 'detail' in outcome ? outcome.detail : outcome.kind];
      }),
    );
    return Object.fromEntries(verdicts);
  }

  test('threads and event loops work, with all that the standard library has for them', async () => {
    expect(await judged(WORKS)).toEqual(
      Object.fromEntries(Object.keys(WORKS).map((name) => [name, 'passed'])),
    );
  });

  test('processes, programs and other sockets are refused, and the verdict says so', async () => {
    const verdicts = await judged(REFUSED);
    expect(verdicts).toEqual(
      Object.fromEntries(
        Object.keys(REFUSED).map((name) => [name, expect.stringMatching(/^PermissionError: /)]),
      ),
    );
    for (const name of FORKS) {
      expect(verdicts[name]).toContain('samples start no processes');
    }
  });
});
