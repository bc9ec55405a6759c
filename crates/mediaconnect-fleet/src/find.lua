-- Looks up a response. KEYS: the entry, then its marks. ARGV: a random word, the lifetime of a mark, and the maximum
-- time of a read. Times are in milliseconds.
--
-- An entry is a version, a bar, and the encrypted response. The version consists of the server's run id and replication
-- id, the marks, and a word of the entry itself. An entry is therefore invalid as soon as one of its marks is gone,
-- regardless of who removed it. It is also invalid on a server that was restarted or that became the master, because
-- such a server may lack the last removals. The replication id changes each time a server becomes the master.
--
-- If there is no entry, the version is stored alone. `keep.lua` adds the response if the version is still the same.
local word, mark_life, read_life = ARGV[1], ARGV[2], ARGV[3]
local info = redis.call('INFO', 'server', 'replication')
local version = string.match(info, 'run_id:(%w+)') .. string.match(info, 'master_replid:(%w+)')
for i = 2, #KEYS do
  local mark = redis.call('GET', KEYS[i])
  if mark then
    redis.call('PEXPIRE', KEYS[i], mark_life, 'GT')
  else
    mark = word
    redis.call('SET', KEYS[i], mark, 'PX', mark_life)
  end
  version = version .. mark
end
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local entry = redis.call('GET', KEYS[1])
if entry and string.sub(entry, 1, #version) == version then
  local bar = string.find(entry, '|', 1, true)
  return { string.sub(entry, 1, bar - 1), now, string.sub(entry, bar + 1), redis.call('PTTL', KEYS[1]) }
end
version = version .. word
redis.call('SET', KEYS[1], version .. '|', 'PX', read_life)
return { version, now, '', 0 }
