// Random numbers that a seed repeats: a failure names its seed.

import { Buffer } from 'node:buffer';

export function dice(seed) {
    let state = seed >>> 0;
    const next = () => {
        state = (state + 0x6d2b79f5) >>> 0;
        let t = Math.imul(state ^ (state >>> 15), 1 | state);
        t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
        return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
    };
    const below = (n) => Math.floor(next() * n);
    return {
        below,
        chance: (p) => next() < p,
        pick: (list) => list[below(list.length)],
        bytes: (n) => Buffer.from(Array.from({ length: n }, () => below(256))),
    };
}
