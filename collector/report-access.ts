import { createHash, timingSafeEqual } from 'node:crypto';
import type { HttpBindings } from '@hono/node-server';
import type { Context, MiddlewareHandler } from 'hono';
import { basicAuth } from 'hono/basic-auth';
import { renderTrouble } from './report-page/status-page.ts';

/**
 * Lets in whoever knows the token: the password of HTTP's basic authentication, with any user name. Without a token,
 * whoever sits at this machine.
 */
export function createReportAccess(token: string | undefined): MiddlewareHandler {
  if (token === undefined) return async (context, next) => (isLocal(context) ? next() : refuseRemote(context));
  const wanted = hashOf(token);
  return basicAuth({
    realm: 'Reports',
    // hashes are of one length and tell nothing of the token by how long they take to compare
    verifyUser: (_, password) => timingSafeEqual(hashOf(password), wanted),
    invalidUserMessage: 'The reports need the token that the collector was started with, as the password.\n',
  });
}

const hashOf = (text: string): Buffer => createHash('sha256').update(text).digest();

const LOOPBACK = /^(::ffff:)?127\.|^::1$/;
const LOCAL_NAME = /^(localhost|.+\.localhost|127(\.\d+){3}|\[::1\])$/;
/** What a proxy adds: then it is the proxy that sits at this machine, and not who asks. */
const FORWARDED = ['forwarded', 'x-forwarded-for', 'x-forwarded-host', 'x-real-ip', 'via'];

/**
 * Whether a request comes from this machine and was meant for it: a name of the internet that leads to this machine would
 * let a page of that name read it.
 */
function isLocal({ req, env }: Context): boolean {
  const { incoming } = (env ?? {}) as Partial<HttpBindings>;
  const isNear = LOOPBACK.test(incoming?.socket.remoteAddress ?? '');
  return (
    isNear && LOCAL_NAME.test(new URL(req.url).hostname) && FORWARDED.every((name) => req.header(name) === undefined)
  );
}

const refuseRemote = (context: Context): Response | Promise<Response> =>
  context.html(
    renderTrouble({
      title: 'Reports are for this machine alone',
      text: 'Without a token the collector shows them to a browser on its own machine only. Start it with --report-token-file.',
    }),
    403,
  );
