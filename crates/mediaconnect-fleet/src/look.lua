-- Returns the state of a fleet. It changes nothing.
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local members, by_share, used, held = 0, 0, 0, 0
for _, text in ipairs(redis.call('HVALS', KEYS[1])) do
  local m = member_of(text)
  if m.exp > now then
    members, held = members + 1, held + m.out
    if m.fb == 1 or now - m.tau > S.silent then by_share = by_share + 1 end
  end
end
local flat = redis.call('HGETALL', KEYS[2])
for i = 1, #flat, 2 do
  if (flat[i] + 1) * S.minute_bucket + S.minute > now then used = used + flat[i + 1] end
end
local pause = tonumber(redis.call('HGET', KEYS[3], 'pause') or 0)
local responses = redis.call('ZCOUNT', KEYS[5], now, '+inf')
local bytes = 0
if responses > 0 then bytes = tonumber(redis.call('HGET', KEYS[6], 'total') or 0) end
return { members, by_share, used, held, math.max(0, pause - now), math.max(0, redis.call('PTTL', KEYS[4])), responses, bytes }
