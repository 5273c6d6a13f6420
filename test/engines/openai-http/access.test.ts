import { createServer } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { type Fault, startModelServer } from '../../fixtures/model-server.ts';
import { selfSigned } from '../../fixtures/self-signed.ts';
import { generated, openHttp, openWith, rawRequest } from './http-session.ts';

const KEY = 'sk-very-secret-0123456789';

test('the key goes to the server, and into no word of ours', async () => {
  const server = await startModelServer({
    fault: ({ headers, number }, response) => {
      const isRefused = number >= 0;
      if (isRefused) {
        response.writeHead(401).end(`{"error":"bad key ${headers.authorization}"}`);
      }
      return isRefused;
    },
  });
  onTestFinished(() => server[Symbol.asyncDispose]());
  const failure = openHttp(server.url, { env: { EVALKIT_API_KEY: KEY } });
  await expect(failure).rejects.toThrow(
    /answers 401 to \/v1\/completions: bad key Bearer \*\*\*; set EVALKIT_API_KEY/,
  );
  await expect(failure).rejects.not.toThrow(KEY);
  expect(server.asked.every(({ headers }) => headers.authorization === `Bearer ${KEY}`)).toBe(true);
});

test.each([
  ['in an error of a stream', 'text/event-stream', `data: {"error":{"message":"no ${KEY}"}}\n\n`],
  ['in a page', 'text/html', `<html>no ${KEY}</html>`],
  ['as a name', 'application/json', `{"choices":[{"text":"","finish_reason":"${KEY}"}]}`],
])('a key that the server repeats %s is shown nowhere', async (_where, contentType, body) => {
  const opened = await openWith({}, { env: { EVALKIT_API_KEY: KEY } });
  Object.assign(opened.server.options, {
    fault: (({ number }, response) => {
      if (number >= 0) {
        response.writeHead(200, { 'content-type': contentType }).end(body);
      }
      return number >= 0;
    }) satisfies Fault,
  });
  const failure = generated(opened, [rawRequest('a')]);
  await expect(failure).rejects.toThrow('***');
  await expect(failure).rejects.not.toThrow(KEY);
  expect(opened.notes.join()).not.toContain(KEY);
});

test('a redirect to another host is refused, and the key does not go there', async () => {
  const other = await startModelServer();
  onTestFinished(() => other[Symbol.asyncDispose]());
  const server = await startModelServer({
    fault: ({ path }, response) => {
      response.writeHead(307, { location: new URL(path, other.url).href }).end();
      return true;
    },
  });
  onTestFinished(() => server[Symbol.asyncDispose]());
  await expect(openHttp(server.url, { env: { EVALKIT_API_KEY: KEY } })).rejects.toThrow(
    new RegExp(`redirects to ${new URL(other.url).origin}, another server`),
  );
  expect(other.asked).toEqual([]);
});

test('a redirect on the server itself is followed, with what was asked', async () => {
  const opened = await openWith({
    fault: ({ path }, response) => {
      const isOld = path === '/v1/completions';
      if (isOld) {
        response.writeHead(308, { location: '/v1/completions?to=here' }).end();
      }
      return isOld;
    },
    paths: {},
  });
  // The other path is not one that completes: what counts is that it was asked the same.
  const [asked] = opened.server.asked.filter(({ path }) => path.endsWith('?to=here'));
  expect(asked?.body).toMatchObject({ prompt: 'def add(a, b):\n' });
});

test('a certificate that nobody vouches for is refused, whatever the environment says', async () => {
  const server = await startModelServer({ tls: selfSigned() });
  onTestFinished(() => server[Symbol.asyncDispose]());
  const env = { NODE_TLS_REJECT_UNAUTHORIZED: '0' };
  await expect(openHttp(server.url, { env })).rejects.toThrow(
    /has no certificate that can be verified: DEPTH_ZERO_SELF_SIGNED_CERT; give Node its authority by NODE_EXTRA_CA_CERTS/,
  );
  expect(server.asked).toEqual([]);
});

test('the proxy that the environment names is used', async () => {
  const targets: string[] = [];
  const proxy = createServer((request, response) => {
    targets.push(request.url ?? '');
    response.writeHead(403).end('not through here');
  });
  proxy.on('connect', (request, socket) => {
    targets.push(request.url ?? '');
    const [host = '', port = ''] = (request.url ?? '').split(':');
    const onward = connect(Number(port), host, () => {
      socket.write('HTTP/1.1 200 Connected\r\n\r\n');
      socket.pipe(onward).pipe(socket);
    });
  });
  await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void proxy.close());
  const { port } = proxy.address() as AddressInfo;
  const env = { HTTP_PROXY: `http://127.0.0.1:${port}` };
  await expect(openHttp('http://model.invalid:8000/v1', { env })).rejects.toThrow(
    /not through here|answers 403|completes nothing/,
  );
  expect(targets[0]).toMatch(/model\.invalid:8000/);
});

test('a server that nobody hears is unreachable at once', async () => {
  await expect(openHttp('http://127.0.0.1:9/v1')).rejects.toThrow(
    /http:\/\/127\.0\.0\.1:9\/v1 cannot be reached: ECONNREFUSED; start the server/,
  );
});

test('servers that are unlike are no replicas', async () => {
  const [one, two] = [await startModelServer(), await startModelServer({ entry: { root: 'b' } })];
  onTestFinished(async () => {
    await one[Symbol.asyncDispose]();
    await two[Symbol.asyncDispose]();
  });
  await expect(openHttp(`${one.url},${two.url}`)).rejects.toThrow(
    /do not hold the same model by the same software/,
  );
});

test('a server of several models wants one to be named, and knows its own', async () => {
  const server = await startModelServer({ models: ['small', 'large'] });
  onTestFinished(() => server[Symbol.asyncDispose]());
  await expect(openHttp(server.url)).rejects.toThrow(
    /has several models; name one behind the address, as #small \(it has small, large\)/,
  );
  await expect(openHttp(`${server.url}#medium`)).rejects.toThrow(
    /has no model medium; it has small, large/,
  );
  const { session, served } = await openHttp(`${server.url}#large`);
  expect(served.weights.name).toBe('large');
  expect((await generated({ session }, [rawRequest('a')])).size).toBe(1);
  expect(server.asked.at(-2)?.body['model']).toBe('large');
});
