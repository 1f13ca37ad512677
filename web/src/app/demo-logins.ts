/** The people of a demo world, each one click away. Where the world is not a demo there is no such list. */
import { useEffect, useState } from 'react';

export type DemoLogin = {
  readonly login: string;
  readonly password: string;
  readonly name: string;
  readonly what: string;
};

const address = '/demo/logins';

export function useDemoLogins(): readonly DemoLogin[] {
  const [logins, setLogins] = useState<readonly DemoLogin[]>([]);
  useEffect(() => {
    let open = true;
    void load().then((found) => {
      if (open) {
        setLogins(found);
      }
    });
    return () => {
      open = false;
    };
  }, []);
  return logins;
}

async function load(): Promise<readonly DemoLogin[]> {
  try {
    const answer = await fetch(address, { headers: { accept: 'application/json' } });
    const isList = answer.ok && answer.headers.get('content-type')?.includes('json') === true;
    return isList ? readLogins(await answer.json()) : [];
  } catch {
    return [];
  }
}

/** Pure: the logins of an answer; what has another form is left out. */
export function readLogins(answer: unknown): readonly DemoLogin[] {
  const list =
    typeof answer === 'object' && answer !== null && 'logins' in answer ? answer.logins : [];
  return Array.isArray(list) ? list.filter(isLogin) : [];
}

function isLogin(value: unknown): value is DemoLogin {
  const record: Readonly<Record<string, unknown>> =
    typeof value === 'object' && value !== null ? { ...value } : {};
  return ['login', 'password', 'name', 'what'].every((name) => typeof record[name] === 'string');
}
