-- Stores a response, unless it was invalidated since the lookup. If one of its marks was deleted since then, `find.lua`
-- ignores it. KEYS: the entry, the times at which entries expire, the sizes of entries. ARGV: the version, the time of
-- the lookup, the encrypted response, its time to live, the remaining time to live, and the maximum size of all
-- entries. Times are in milliseconds, and sizes in bytes.
local entry, ends, sizes = KEYS[1], KEYS[2], KEYS[3]
local version, looked_up, response = ARGV[1], tonumber(ARGV[2]), ARGV[3]
local ttl, left, max = tonumber(ARGV[4]), tonumber(ARGV[5]), tonumber(ARGV[6])
local overhead = 300
if redis.call('GETRANGE', entry, 0, #version) ~= version .. '|' then return 0 end

local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
-- This command may arrive late, so the time to live counts from the lookup.
local life = math.min(left, looked_up + ttl - now)
local size = #entry + #version + #response + overhead
if life < 1 or size > max then return 0 end

local total = tonumber(redis.call('HGET', sizes, 'total') or 0)
local function drop(key)
  total = total - tonumber(redis.call('HGET', sizes, key) or 0)
  redis.call('HDEL', sizes, key)
  redis.call('ZREM', ends, key)
end
for _, key in ipairs(redis.call('ZRANGEBYSCORE', ends, '-inf', now, 'LIMIT', 0, 100)) do drop(key) end
drop(entry)
-- Drop the entries that expire first, to make space.
while total + size > max do
  local first = redis.call('ZRANGE', ends, 0, 0)[1]
  if not first then
    -- Redis has evicted the times of expiry.
    redis.call('DEL', sizes)
    total = 0
    break
  end
  redis.call('UNLINK', first)
  drop(first)
end
redis.call('SET', entry, version .. '|' .. response, 'PX', life)
redis.call('ZADD', ends, now + life, entry)
redis.call('HSET', sizes, entry, size)
redis.call('HSET', sizes, 'total', total + size)
redis.call('PEXPIRE', ends, 7200000)
redis.call('PEXPIRE', sizes, 7200000)
return 1
