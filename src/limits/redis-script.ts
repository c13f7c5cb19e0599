/**
 * What `rate-limiter-flexible` runs in Redis in place of its own script, which counts what it refuses and goes below
 * zero: takes points where they are left, and gives back no more than were taken in this window.
 * ARGV: points to take (to give back where negative), the window in seconds, the points that there are.
 */
export const takeOrGiveBack = `
local step, window, most = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])
local held = tonumber(redis.call('get', KEYS[1]) or '0')
local left = redis.call('pttl', KEYS[1])
if step > 0 and held + step > most then return { held + step, left } end
if step < 0 and held + step < 0 then return { held, math.max(left, 0) } end
held = redis.call('incrby', KEYS[1], step)
if left < 0 then
  left = window * 1000
  redis.call('pexpire', KEYS[1], left)
end
return { held, left }
`;
