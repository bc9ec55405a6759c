-- Runs one sync of a member: records the requests that it has sent, and leases turns (permits to send one request) to
-- it. `simulation/lease_model.rs` is the same in Rust, and a test compares both. All times are in milliseconds on
-- Redis's clock, and all numbers are integers.
local rate_key, minute_key, second_key, members_key = KEYS[1], KEYS[2], KEYS[3], KEYS[4]
local id, generation, new_generation, uses = ARGV[1], ARGV[2], ARGV[3], ARGV[4]
local function arg(n) return tonumber(ARGV[n]) end
local per_second, per_minute, seq, acked, heard, not_after = arg(5), arg(6), arg(7), arg(8), arg(9), arg(10)
local fallback, held, base, want, want_bulk, pause = arg(11), arg(12), arg(13), arg(14), arg(15), arg(16)
local remaining, known, leave, now = arg(17), arg(18), arg(19), arg(20)
local floor, max, min = math.floor, math.max, math.min
local function ceil_div(a, b) return floor((a + b - 1) / b) end

if now == 0 then
  local time = redis.call('TIME')
  now = time[1] * 1000 + floor(time[2] / 1000)
end
local function read(key)
  local flat, map = redis.call('HGETALL', key), {}
  for i = 1, #flat, 2 do map[flat[i]] = flat[i + 1] end
  return map
end
local rate = read(rate_key)
local last = tonumber(rate.last or 0)
local clock_was_set_back = last - now > S.set_back
if not clock_was_set_back then now = max(now, last) end
if not_after > 0 and now > not_after then return { 'stale', now } end

-- Read the requests of the last minute and of the last second, and remove the expired ones.
local minute, second = {}, {}
for index, count in pairs(read(minute_key)) do
  if (index + 1) * S.minute_bucket + S.minute <= now then redis.call('HDEL', minute_key, index)
  else minute[tonumber(index)] = tonumber(count) end
end
for index, count in pairs(read(second_key)) do
  if (index + 1) * S.second_bucket + S.second <= now then redis.call('HDEL', second_key, index)
  else second[tonumber(index)] = tonumber(count) end
end
-- The last bucket with a request. If it should still exist but does not, Redis has evicted its key.
local last_minute, last_second = tonumber(rate.last_minute or -1), tonumber(rate.last_second or -1)
local lacks_minute = (last_minute + 1) * S.minute_bucket + S.minute > now and not minute[last_minute]
local lacks_second = (last_second + 1) * S.second_bucket + S.second > now and not second[last_second]
local is_lost = lacks_minute or lacks_second

-- Read the members, and remove the expired ones.
local members = {}
local gap = 0
if last > 0 and now - last > S.silent then gap = now - last end
for name, text in pairs(read(members_key)) do
  local m = member_of(text)
  m.exp = m.exp + gap
  if m.exp <= now then
    redis.call('HDEL', members_key, name)
  else
    members[name] = m
    if gap > 0 and name ~= id then m.changed = true end
  end
end

-- Detect whether Redis has lost data. In that case, all members send by their shares until the quarantine ends.
local quarantine, initial, ghosts = tonumber(rate.quarantine or 0), tonumber(rate.initial or 0), tonumber(rate.ghosts or 0)
local returned, paused_until, paced = tonumber(rate.returned or 0), tonumber(rate.pause or 0), tonumber(rate.paced or 0)
local known_members = 0
for _ in pairs(members) do known_members = known_members + 1 end
if clock_was_set_back then
  -- All times in the books are in the future, so they would count for too long. The books begin again.
  is_lost = true
  redis.call('DEL', minute_key, second_key, members_key)
  members, minute, second, last_minute, last_second = {}, {}, {}, -1, -1
  quarantine, initial, paused_until, paced = 0, 0, 0, 0
end
local me = members[id]
local function distrust(count)
  quarantine, ghosts, initial = now + S.minute + S.initial, max(ghosts, count), 0
end
if not rate.gen then
  rate.gen = new_generation
  returned = 0
  if known > 0 then distrust(known) else initial = now + S.initial end
elseif is_lost or (generation == rate.gen and ((me and me.seq < acked) or (not me and acked > 0 and now - heard < S.dead))) then
  rate.gen = new_generation
  returned = 0
  distrust(max(known, known_members))
elseif generation ~= '' and generation ~= rate.gen then
  if quarantine <= now then returned = 0 end
  distrust(known)
end
if quarantine <= now then ghosts = 0 end
if not me then
  me = { tau = now, out = 0, booked = base, seq = 0, share = 0, joined = now, granted_at = now, wn = 0, wb = 0, fb = 0 }
  if known > 0 then returned = returned + 1; me.share = known end
  members[id] = me
end
if seq <= me.seq then return { 'stale', now } end
me.seq, me.tau, me.exp = seq, now, now + S.dead

-- Record the requests that the member has sent.
local function book(age, count)
  local at = max(now - age, 0)
  if age < S.minute then
    local index = floor(at / S.minute_bucket)
    minute[index] = (minute[index] or 0) + count
    redis.call('HSET', minute_key, index, minute[index])
    last_minute = max(last_minute, index)
  end
  if age < S.second then
    local index = floor(at / S.second_bucket)
    second[index] = (second[index] or 0) + count
    redis.call('HSET', second_key, index, second[index])
    last_second = max(last_second, index)
  end
end
local position = base
for age, count in string.gmatch(uses, '(%d+):(%d+)') do
  age, count = tonumber(age), tonumber(count)
  local news = min(count, position + count - me.booked)
  if news > 0 then book(age, news) end
  position = position + count
end
me.booked = max(me.booked, position)
me.out = held
if leave == 1 then
  if held > 0 then book(0, held) end
  members[id] = nil
  redis.call('HDEL', members_key, id)
  me.out = 0
end

-- Sum up the used turns, the held turns, and those reserved for members that may send by their shares.
local used_minute, used_second, out, count, reserve_minute, reserve_second = 0, 0, 0, 0, 0, 0
local confirmed, by_share = true, fallback == 1
for name, m in pairs(members) do
  count = count + 1
  out = out + m.out
  if name ~= id then
    if m.tau < me.joined then confirmed = false end
    if m.fb == 1 or now - m.tau > S.silent then
      by_share = true
      if m.share > 0 then
        reserve_minute = reserve_minute + ceil_div(per_minute * S.percent, 100 * m.share)
        reserve_second = reserve_second + ceil_div(per_second * S.percent, 100 * m.share)
      end
    end
  end
end
if ghosts > returned then confirmed = me.share > 0 end
local newest = {}
for index, n in pairs(minute) do used_minute = used_minute + n; newest[#newest + 1] = index end
for _, n in pairs(second) do used_second = used_second + n end
table.sort(newest, function(a, b) return a > b end)

-- Upstream has counted more requests than are recorded here, so other programs send with this client id.
if remaining >= 0 and not by_share and quarantine <= now then
  local excess = per_minute - remaining - used_minute - out
  if excess > floor(per_minute / 100) + 2 then
    book(0, excess)
    used_minute = used_minute + excess
    used_second = used_second + excess
    if newest[1] ~= floor(now / S.minute_bucket) then table.insert(newest, 1, floor(now / S.minute_bucket)) end
  end
end

if pause > 0 then paused_until = max(paused_until, now + pause) end

local avail = min(per_minute - used_minute - out - reserve_minute, per_second - used_second - out - reserve_second)
if now < initial then avail = min(avail, max(1, floor(per_second / 10)) - used_minute - out) end
if fallback == 1 or now < quarantine or now < paused_until or leave == 1 then avail = 0 end

-- Once half of the minute's limit is used, turns are spaced so that the rest lasts for the whole minute.
local whole = max(1, per_minute - reserve_minute)
local half, sustained = ceil_div(whole, 2), floor(S.minute * 900 / whole)
local spacing, cumulative = 0, out
if cumulative >= half then spacing = max(sustained, floor(S.minute * 1000 / max(1, whole - cumulative + 1))) end
for _, index in ipairs(newest) do
  cumulative = cumulative + minute[index]
  if cumulative >= half then
    local left = (index + 1) * S.minute_bucket + S.minute - now
    spacing = max(spacing, sustained, floor(left * 1000 / max(1, whole - cumulative + 1)))
  end
end
local now_us = now * 1000
if spacing > 0 then
  paced = max(paced, now_us - S.catch_up * 1000)
  avail = min(avail, max(0, floor((now_us - paced) / spacing)))
end
avail = max(0, avail)

-- Decide how many turns this member gets. Bulk work comes after other calls. If there are too few turns, no member gets
-- more than an even part.
local others_want, others_bulk, active, demands, before_me = 0, 0, 1, {}, 0
for name, m in pairs(members) do
  if name ~= id and now - m.tau <= S.silent then others_want = others_want + m.wn; others_bulk = others_bulk + m.wb end
end
local bulk = want_bulk
if others_want + want > 0 and floor(now / 100) % 10 ~= 0 then bulk = 0 end
local wanted = want + bulk
local total = wanted
for name, m in pairs(members) do
  if name ~= id and now - m.tau <= S.silent then
    local demand = m.wn
    if bulk > 0 then demand = demand + m.wb end
    if demand > 0 then
      active = active + 1; demands[#demands + 1] = demand; total = total + demand
      -- Members that have waited longer take precedence.
      if m.granted_at < me.granted_at then before_me = before_me + min(demand, S.batch) end
    end
  end
end
local interval = spacing
if interval == 0 then interval = max(1, floor(S.second * 1000 / per_second)) end
local granted = min(wanted, avail)
if total > avail and wanted > 0 then
  local waited = min(60000, now - me.granted_at) * 1250
  local budget, open = floor(waited / interval), active
  demands[#demands + 1] = wanted
  table.sort(demands)
  local level = 0
  for _, demand in ipairs(demands) do
    level = floor(budget / open)
    if demand > level then break end
    budget, open = budget - demand, open - 1
    level = demand
  end
  granted = max(0, min(granted, level, avail - before_me))
end
if granted > 0 then
  me.granted_at = now
  if spacing > 0 then paced = paced + granted * spacing end
  me.out = me.out + granted
end
me.wn, me.wb = max(0, want - granted), want_bulk
if granted > want then me.wb = max(0, want_bulk - (granted - want)) end

local shares = 0
if now < quarantine then shares = 1 end
if fallback == 1 or shares == 1 then me.fb = 1 else me.fb = 0 end
local all = max(count, ghosts)
if confirmed then me.share = all elseif me.fb == 0 then me.share = 0 end
-- The reserve of all members together is the average rate of 1.2 seconds, and at most a third of the limit per second.
local keep = floor(min(floor(per_second / 3), floor(per_minute / 50)) / all)

local function write(name, m)
  local text = {}
  for i, field in ipairs(fields) do text[i] = string.format('%.0f', m[field]) end
  redis.call('HSET', members_key, name, table.concat(text, ' '))
end
for name, m in pairs(members) do
  if name == id or m.changed then write(name, m) end
end
local function number(n) return string.format('%.0f', n) end
redis.call('HSET', rate_key, 'gen', rate.gen, 'last', number(now), 'quarantine', number(quarantine), 'initial', number(initial),
  'ghosts', number(ghosts), 'returned', number(returned), 'pause', number(paused_until), 'paced', number(paced),
  'last_minute', number(last_minute), 'last_second', number(last_second))
for _, key in ipairs(KEYS) do redis.call('PEXPIRE', key, 3600000) end

-- The requests of the last minute by age in seconds, newest first.
local history, bins = {}, {}
for _, index in ipairs(newest) do
  local age = floor(max(0, now - (index + 1) * S.minute_bucket) / 1000)
  if not bins[age] then bins[age] = #history + 1; history[#history + 1] = { age, 0 } end
  history[bins[age]][2] = history[bins[age]][2] + minute[index]
end
for i, bin in ipairs(history) do history[i] = number(bin[1]) .. ':' .. number(bin[2]) end
local retry = min(800, max(30, floor(S.batch * active * interval / 1000)))
return { 'ok', now, rate.gen, shares, granted, keep, retry, all, me.share, max(0, paused_until - now), out + granted,
  me.booked, table.concat(history, ' ') }
