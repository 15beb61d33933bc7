import { describe, expect, it } from 'vitest';
import { waitFor } from './wait-for.js';

describe('waitFor', () => {
  it('should return the first truthy value', async () => {
    let asked = 0;
    const value = await waitFor(() => (asked += 1) > 2 && `asked ${asked}`, { intervalMs: 1 });
    expect(value).toBe('asked 3');
  });

  it('should say what it waited for and the last reason', async () => {
    const never = waitFor(() => Promise.reject(new Error('refused')), {
      timeoutMs: 20,
      message: 'the server',
    });
    await expect(never).rejects.toThrow('Waited 20 ms in vain for the server: refused');
  });
});
