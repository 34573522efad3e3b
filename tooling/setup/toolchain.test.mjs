import { describe, expect, it } from 'vitest';
import { assertCargo, assertNode, isAtLeast, pinnedPnpm, SetupError, satisfies } from './toolchain.mjs';

describe('isAtLeast', () => {
  it('compares versions by number, not by text', () => {
    expect(isAtLeast('1.100.0', '1.90')).toBe(true);
    expect(isAtLeast('1.89.9', '1.90')).toBe(false);
    expect(isAtLeast('1.90.0', '1.90')).toBe(true);
    expect(isAtLeast('20.19.0-nightly', '20.19.0')).toBe(true);
  });
});

describe('satisfies', () => {
  const range = '^20.19.0 || >=22.12.0';
  it.each(['20.19.0', '20.20.2', '22.12.0', '24.0.0', '26.1.0'])('takes Node %s', (version) => {
    expect(satisfies(version, range)).toBe(true);
  });
  it.each(['18.20.0', '20.18.3', '21.7.0', '22.11.9'])('refuses Node %s', (version) => {
    expect(satisfies(version, range)).toBe(false);
  });
});

describe('assertNode', () => {
  it('names the version found and the versions wanted', () => {
    expect(() => assertNode('18.0.0')).toThrow(/needs Node \^20\.19\.0 .*; this is Node 18\.0\.0/);
    expect(() => assertNode(process.versions.node)).not.toThrow();
  });
});

describe('assertCargo', () => {
  it('says how to install Rust when cargo is missing', () => {
    expect(() => assertCargo('cargo-that-is-not-there')).toThrow(SetupError);
    expect(() => assertCargo('cargo-that-is-not-there')).toThrow(/rustup\.rs/);
  });
  it('refuses a program that gives no version', () => {
    expect(() => assertCargo('true')).toThrow(/needs Rust/);
  });
});

describe('pinnedPnpm', () => {
  it('is an exact version', () => {
    expect(pinnedPnpm()).toMatch(/^pnpm@\d+\.\d+\.\d+$/);
  });
});
