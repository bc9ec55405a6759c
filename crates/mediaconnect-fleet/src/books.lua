-- Reads the books: the record of requests sent, of turns leased, and of their members. All scripts use this format.
-- Times are in milliseconds.
local S = { minute_bucket = 250, second_bucket = 50, minute = 60050, second = 1050, silent = 1000, dead = 65000,
  initial = 2000, set_back = 2000, percent = 97, catch_up = 1200, batch = 3 }
-- The numbers of a member, in the order in which they are stored.
local fields = { 'tau', 'exp', 'out', 'booked', 'seq', 'share', 'fb', 'joined', 'granted_at', 'wn', 'wb' }
local function member_of(text)
  local m, i = {}, 1
  for number in string.gmatch(text, '%-?%d+') do m[fields[i]] = tonumber(number); i = i + 1 end
  return m
end

