import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { connect } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { runCli } from '../fixtures/cli.ts';
import { startHubServer } from '../fixtures/hub-server.ts';
import { temporaryFolder } from '../fixtures/temporary-folder.ts';

/** A proxy that opens tunnels, or refuses them with a status; keeps what it was asked for. */
async function startProxy(refusal?: number) {
  const asked: {
    readonly target: string | undefined;
    readonly authorization: string | undefined;
  }[] = [];
  const server = createServer();
  server.on('connect', (request, socket) => {
    asked.push({ target: request.url, authorization: request.headers['proxy-authorization'] });
    const [host = '', port = ''] = (request.url ?? '').split(':');
    if (refusal !== undefined) {
      socket.end(`HTTP/1.1 ${refusal} No\r\n\r\n`);
      return;
    }
    const onward = connect(Number(port), host, () => {
      socket.write('HTTP/1.1 200 Connected\r\n\r\n');
      socket.pipe(onward).pipe(socket);
    });
    onward.on('error', () => socket.destroy());
    socket.on('error', () => onward.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  return { host: `127.0.0.1:${port}`, asked };
}

const PULL = ['models', 'pull', 'hf:some/model:Q8_0'];

test.each(['HTTP_PROXY', 'http_proxy', 'ALL_PROXY', 'all_proxy'])(
  '%s is used',
  async (variable) => {
    const proxy = await startProxy();
    const hub = await startHubServer((_, response) => response.writeHead(404).end());
    const { exitCode, stderr } = await runCli(PULL, {
      cwd: temporaryFolder(),
      env: { HF_ENDPOINT: hub.endpoint, [variable]: `http://me:pass%40word@${proxy.host}` },
    });
    expect(proxy.asked).toEqual([
      {
        target: new URL(hub.endpoint).host,
        authorization: `Basic ${Buffer.from('me:pass@word').toString('base64')}`,
      },
    ]);
    expect(hub.asked).toHaveLength(1);
    expect(stderr).toContain('the hub says 404');
    expect(exitCode).toBe(2);
  },
);

test('NO_PROXY leaves it out', async () => {
  const proxy = await startProxy();
  const hub = await startHubServer((_, response) => response.writeHead(404).end());
  const env = { HF_ENDPOINT: hub.endpoint, HTTP_PROXY: proxy.host, NO_PROXY: 'x.y,127.0.0.1' };
  await runCli(PULL, { cwd: temporaryFolder(), env });
  expect(proxy.asked).toEqual([]);
  expect(hub.asked).toHaveLength(1);
});

test('an error names the proxy and its variable, and never its password', async () => {
  const proxy = await startProxy(407);
  const env = { HF_ENDPOINT: 'https://hub.invalid', https_proxy: `http://me:secret@${proxy.host}` };
  const { exitCode, stderr } = await runCli(PULL, { cwd: temporaryFolder(), env });
  expect(proxy.asked.map(({ target }) => target)).toEqual(['hub.invalid:443']);
  expect(stderr).toContain(
    `https://hub.invalid: fetch failed (the proxy answers 407) (through the proxy http://${proxy.host} of https_proxy)`,
  );
  expect(stderr).not.toContain('secret');
  expect(exitCode).toBe(3);
});
