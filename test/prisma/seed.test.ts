/** The demo world is made of acts, and making it again changes nothing. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { seedDemoWorld } from '../../prisma/seed.ts';
import { type TestWorld, testWorld } from '../support/world.ts';

let world: TestWorld;
beforeAll(async () => {
  world = await testWorld();
});
afterAll(() => world.stop());

describe('the demo world', () => {
  it('is seeded by acts that the audit replays, and a second seeding adds none', async () => {
    const first = await seedDemoWorld(world.app, world.sessions);
    const before = await world.audit();
    const second = await seedDemoWorld(world.app, world.sessions);
    const after = await world.audit();

    expect(second).toEqual(first);
    expect(before.differences).toEqual([]);
    expect(after.acts).toBe(before.acts);
  });
});
