//! What Redis does in one step, so that nothing comes between reading and writing.

use std::sync::LazyLock;

use redis::Script;

/// Marks a live record as ended (bytes 1 to 9, see `record`). ARGV: the mark, seconds to keep it.
/// An ended record stays as it is; one that we cannot read goes away.
pub(super) static END: LazyLock<Script> = LazyLock::new(|| {
    Script::new(
        r"local record = redis.call('GET', KEYS[1])
        if not record then return 0 end
        if string.byte(record, 1) ~= 1 then return redis.call('DEL', KEYS[1]) end
        if string.byte(record, 2) ~= 0 then return 0 end
        record = string.sub(record, 1, 1) .. ARGV[1] .. string.sub(record, 11)
        redis.call('SET', KEYS[1], record, 'EX', ARGV[2])
        return 1",
    )
});

/// Writes when the password was set (bytes 10 to 17) into a live record. ARGV: the eight bytes.
pub(super) static REST_ON: LazyLock<Script> = LazyLock::new(|| {
    Script::new(
        r"local record = redis.call('GET', KEYS[1])
        if not record or string.byte(record, 1) ~= 1 or string.byte(record, 2) ~= 0 then return 0 end
        record = string.sub(record, 1, 10) .. ARGV[1] .. string.sub(record, 19)
        redis.call('SET', KEYS[1], record, 'KEEPTTL')
        return 1",
    )
});

/// Writes a value if the old one still stands; empty means none. ARGV: old, new, seconds to keep it.
pub(super) static SWAP: LazyLock<Script> = LazyLock::new(|| {
    Script::new(
        r"local there = redis.call('GET', KEYS[1]) or ''
        if there ~= ARGV[1] then return 0 end
        if ARGV[2] == '' then redis.call('DEL', KEYS[1])
        else redis.call('SET', KEYS[1], ARGV[2], 'EX', ARGV[3]) end
        return 1",
    )
});
