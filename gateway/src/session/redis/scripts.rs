//! What Redis does in one step, so that nothing comes between reading and writing, nor half of it is done.
//!
//! Every script but the heartbeat first looks whether the store is still the one that was last heard of: the same era,
//! and no fewer changes than were acknowledged. If it is not, the script does nothing and says so ([`ANOTHER_ERA`]).
//! A record's places are those of `record`; Lua counts from 1.

use std::sync::LazyLock;

use redis::Script;

/// The hash that holds the store's era and how many changes it has taken: `number`, `mark`, `count`.
pub(super) const STORE: &str = "b:store";

/// The code of the answer that says: this is not the store you know.
pub(super) const ANOTHER_ERA: &str = "ANOTHERERA";

/// KEYS 1: the store's hash. ARGV 1 to 3: the era's number and mark, and the highest count that was heard of.
/// Answers with the count as it is now, and with what the script has to say.
const KNOWN: &str = r"
local store = redis.call('HMGET', KEYS[1], 'number', 'mark', 'count')
local count = tonumber(store[3] or '0')
if store[1] ~= ARGV[1] or store[2] ~= ARGV[2] or count < tonumber(ARGV[3]) then
  return redis.error_reply('ANOTHERERA the store is not the one that was last heard of')
end
local function changed(answer)
  return {redis.call('HINCRBY', KEYS[1], 'count', 1), answer}
end
local function over(key, record, mark, keep)
  local ended = string.sub(record, 1, 1) .. mark .. string.sub(record, 11)
  redis.call('SET', key, ended, 'EX', keep)
  return ended
end
local function note(untold, again, name, keep)
  redis.call('ZADD', untold, again, name)
  if redis.call('TTL', untold) < tonumber(keep) then redis.call('EXPIRE', untold, keep) end
end
";

fn script(body: &str) -> Script {
    Script::new(&format!("{KNOWN}{body}"))
}

/// What stands under each of KEYS 2 and following.
pub(super) static LOOK: LazyLock<Script> = LazyLock::new(|| {
    script(
        r"local found = {}
        for at = 2, #KEYS do found[at - 1] = redis.call('GET', KEYS[at]) end
        return {count, found}",
    )
});

/// Opens a session. KEYS: 2 its record, 3 its last activity, 4 the ID's last login, 5 the ID's sessions, 6 the untold.
/// ARGV: 4 the record, 5 the login's time (8 bytes), 6 now, 7 its name, 8 how many the ID may have on the device, 9 the mark
/// of those that give way, and for how many seconds are kept: 10 it, 11 its last activity, 12 the last login, 13 what has
/// ended; 14 when to look at it first, 15 until when those that gave way are this gateway's to tell. Sessions are ordered by the count at which they were opened: two of the same second have an order, too.
/// The oldest give way; as many that have ended stay to say why, older ones are forgotten. Answers with name and record of those
/// that gave way, or with nothing at all if the name was taken.
pub(super) static OPEN: LazyLock<Script> = LazyLock::new(|| {
    script(
        r"if redis.call('EXISTS', KEYS[2]) == 1 then return {count, false} end
        local record = ARGV[4]
        local before = redis.call('GET', KEYS[4])
        if before and #before == 8 then
          record = string.sub(record, 1, 26) .. before .. string.sub(record, 35)
        end
        local device, era, most = string.sub(record, 35, 38), string.sub(record, 39, 54), tonumber(ARGV[8])
        local live, ended, gone = {}, {}, {}
        for _, name in ipairs(redis.call('ZRANGE', KEYS[5], 0, -1)) do
          local there = redis.call('GET', 's:' .. name)
          if not there or string.byte(there, 1) ~= 2 or string.sub(there, 39, 54) ~= era then
            redis.call('ZREM', KEYS[5], name)
          elseif string.sub(there, 35, 38) == device then
            table.insert(string.byte(there, 2) == 0 and live or ended, {name, there})
          end
        end
        while #live >= most do
          local oldest = table.remove(live, 1)
          table.insert(ended, oldest)
          table.insert(gone, {oldest[1], over('s:' .. oldest[1], oldest[2], ARGV[9], ARGV[13])})
          note(KEYS[6], ARGV[15], oldest[1], ARGV[13])
        end
        while #ended > most do
          local oldest = table.remove(ended, 1)[1]
          redis.call('DEL', 's:' .. oldest, 'l:' .. oldest)
          redis.call('ZREM', KEYS[5], oldest)
        end
        redis.call('SET', KEYS[2], record, 'EX', ARGV[10])
        redis.call('SET', KEYS[3], ARGV[6], 'EX', ARGV[11])
        redis.call('SET', KEYS[4], ARGV[5], 'EX', ARGV[12])
        local answer = changed(gone)
        redis.call('ZADD', KEYS[5], answer[1], ARGV[7])
        redis.call('EXPIRE', KEYS[5], ARGV[10])
        note(KEYS[6], ARGV[14], ARGV[7], ARGV[10])
        return answer",
    )
});

/// Every session of an ID that has not ended. KEYS 2: the ID's sessions. Answers with name, record and last activity of
/// each, the oldest first.
pub(super) static LIVE: LazyLock<Script> = LazyLock::new(|| {
    script(
        r"local live = {}
        for _, name in ipairs(redis.call('ZRANGE', KEYS[2], 0, -1)) do
          local record = redis.call('GET', 's:' .. name)
          if record and string.byte(record, 1) == 2 and string.byte(record, 2) == 0 then
            table.insert(live, {name, record, redis.call('GET', 'l:' .. name)})
          end
        end
        return {count, live}",
    )
});

/// Marks a live record as ended. KEYS: 2 the record, 3 the untold. ARGV: 4 the mark, 5 seconds to keep it, 6 its name, 7 until
/// when its end is this gateway's to tell. An ended record stays as it is; one that we cannot read goes away. Answers with
/// the record as it ended, if this was its end.
pub(super) static END: LazyLock<Script> = LazyLock::new(|| {
    script(
        r"local record = redis.call('GET', KEYS[2])
        if not record then return {count, false} end
        if string.byte(record, 1) ~= 2 then
          redis.call('DEL', KEYS[2])
          return changed(false)
        end
        if string.byte(record, 2) ~= 0 then return {count, false} end
        note(KEYS[3], ARGV[7], ARGV[6], ARGV[5])
        return changed(over(KEYS[2], record, ARGV[4], ARGV[5]))",
    )
});

/// Ends every session of an ID but one. KEYS: 2 the ID's sessions, 3 the untold. ARGV: 4 the name of that one, 5 the mark,
/// 6 seconds to keep what has ended, 7 until when it is this gateway's to tell. Answers with name and record of each as it
/// ended.
pub(super) static END_OTHERS: LazyLock<Script> = LazyLock::new(|| {
    script(
        r"local gone = {}
        for _, name in ipairs(redis.call('ZRANGE', KEYS[2], 0, -1)) do
          local record = name ~= ARGV[4] and redis.call('GET', 's:' .. name)
          if record and string.byte(record, 1) == 2 and string.byte(record, 2) == 0 then
            table.insert(gone, {name, over('s:' .. name, record, ARGV[5], ARGV[6])})
            note(KEYS[3], ARGV[7], name, ARGV[6])
          end
        end
        return changed(gone)",
    )
});

/// Takes what is to be looked at by now. KEYS 2: the untold. ARGV: 4 now; seconds: 5 idle, 6 absolute, 7 by which a gateway may
/// lag behind with the last activity; octets: 8 the store's era, 9 to 11 why: idle, absolute, forgotten; 12 how many,
/// 13 seconds to keep what has ended, 14 until when it is this gateway's to tell, 15 the latest time to look again.
/// A session that lives is put off; one whose time is up ends here. What has ended is answered, name and record, and is given
/// to nobody else meanwhile; of what is gone without a trace there is only the name, once.
pub(super) static DUE: LazyLock<Script> = LazyLock::new(|| {
    script(
        r"local now, idle, absolute, lag = tonumber(ARGV[4]), tonumber(ARGV[5]), tonumber(ARGV[6]), tonumber(ARGV[7])
        local due, ends = {}, false
        local found = redis.call('ZRANGEBYSCORE', KEYS[2], '-inf', now, 'WITHSCORES', 'LIMIT', 0, ARGV[12])
        for at = 1, #found, 2 do
          local name, put_off = found[at], false
          local record = redis.call('GET', 's:' .. name)
          if not record or string.byte(record, 1) ~= 2 then
            redis.call('ZREM', KEYS[2], name)
            table.insert(due, {name, ''})
            put_off, ends = true, true
          elseif string.byte(record, 2) == 0 then
            local mark, over_at = ARGV[11], now
            if string.sub(record, 39, 54) == ARGV[8] then
              local seen = tonumber(redis.call('GET', 'l:' .. name) or '') or (tonumber(found[at + 1]) - idle - lag)
              mark, over_at = ARGV[10], struct.unpack('>i8', string.sub(record, 19, 26)) + absolute
              if seen + idle < over_at then mark, over_at = ARGV[9], seen + idle end
              put_off = now < over_at + lag
            end
            if put_off then
              note(KEYS[2], math.min(over_at + lag, tonumber(ARGV[15])), name, ARGV[13])
            else
              record = over('s:' .. name, record, mark .. struct.pack('>i8', over_at), ARGV[13])
              ends = true
            end
          end
          if not put_off then
            note(KEYS[2], ARGV[14], name, ARGV[13])
            table.insert(due, {name, record})
          end
        end
        if ends then return changed(due) end
        return {count, due}",
    )
});

/// Sessions that have not ended, some at a time. KEYS 2: the untold. ARGV: 4 where to go on, 5 about how many. Answers with
/// where to go on, and with name and record of each.
pub(super) static PAGE: LazyLock<Script> = LazyLock::new(|| {
    script(
        r"local found = redis.call('ZSCAN', KEYS[2], ARGV[4], 'COUNT', ARGV[5])
        local live = {}
        for at = 1, #found[2], 2 do
          local name = found[2][at]
          local record = redis.call('GET', 's:' .. name)
          if record and string.byte(record, 1) == 2 and string.byte(record, 2) == 0 then
            table.insert(live, {name, record})
          end
        end
        return {count, {found[1], live}}",
    )
});

/// Of these an end was told. KEYS 2: the untold. ARGV from 4: their names.
pub(super) static TOLD: LazyLock<Script> = LazyLock::new(|| {
    script(
        r"for at = 4, #ARGV do redis.call('ZREM', KEYS[2], ARGV[at]) end
        return {count, 1}",
    )
});

/// Writes when the password was set into a live record. KEYS 2: the record. ARGV 4: the eight bytes.
pub(super) static REST_ON: LazyLock<Script> = LazyLock::new(|| {
    script(
        r"local record = redis.call('GET', KEYS[2])
        if not record or string.byte(record, 1) ~= 2 or string.byte(record, 2) ~= 0 then return {count, 0} end
        redis.call('SET', KEYS[2], string.sub(record, 1, 10) .. ARGV[4] .. string.sub(record, 19), 'KEEPTTL')
        return changed(1)",
    )
});

/// Writes values if all old ones still stand; empty means none. KEYS 2 and following: whose. ARGV from 4, three of each:
/// old, new, seconds to keep it.
pub(super) static SWAP: LazyLock<Script> = LazyLock::new(|| {
    script(
        r"for at = 2, #KEYS do
          if (redis.call('GET', KEYS[at]) or '') ~= ARGV[3 * at - 2] then return {count, 0} end
        end
        for at = 2, #KEYS do
          if ARGV[3 * at - 1] == '' then redis.call('DEL', KEYS[at])
          else redis.call('SET', KEYS[at], ARGV[3 * at - 1], 'EX', ARGV[3 * at]) end
        end
        return changed(1)",
    )
});

/// The heartbeat: does all that the work does, under names of this gateway's own, so that a store which cannot is found
/// out; and begins a new era where the store is not the one that was last heard of.
/// KEYS: 1 the store's hash, 2 to 6 plain, 7 a set. ARGV: 1 to 3 as always (0 and nothing for what is not known yet),
/// 4 the mark of a new era. Answers with what was found, and with the era and the count as they are now.
pub(super) static BEAT: LazyLock<Script> = LazyLock::new(|| {
    Script::new(
        r"for at = 2, 6 do redis.call('SET', KEYS[at], ARGV[4], 'EX', 10) end
        redis.call('ZADD', KEYS[7], 1, 'beat')
        redis.call('EXPIRE', KEYS[7], 10)
        redis.call('ZREM', KEYS[7], redis.call('ZRANGE', KEYS[7], 0, -1)[1])
        if redis.call('EXISTS', KEYS[3]) == 1 and redis.call('GET', KEYS[3]) then redis.call('DEL', KEYS[3]) end
        local store = redis.call('HMGET', KEYS[1], 'number', 'mark', 'count')
        local number, mark, count = tonumber(store[1] or '0'), store[2] or '', tonumber(store[3] or '0')
        local known, found = tonumber(ARGV[1]), 'stands'
        if mark == '' then found = 'empty'
        elseif number < known then found = 'past'
        elseif number == known and mark ~= ARGV[2] then found = 'other'
        elseif number == known and count < tonumber(ARGV[3]) then found = 'past' end
        if found ~= 'stands' then
          number, mark = math.max(number, known) + 1, ARGV[4]
          redis.call('HSET', KEYS[1], 'number', number, 'mark', mark)
        end
        return {found, number, mark, redis.call('HINCRBY', KEYS[1], 'count', 0)}",
    )
});
