//! How much may this process have? Descriptors, and memory as the machine and its control groups bound it.

use std::path::{Path, PathBuf};

use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

/// What the process may have.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Machine {
    /// Open files and sockets (`RLIMIT_NOFILE`, the hard one: see [`Self::open_up`]).
    pub descriptors: u64,
    /// Octets.
    pub memory: u64,
}

impl Machine {
    /// As it is now.
    #[must_use]
    pub fn this() -> Self {
        Self {
            descriptors: getrlimit(Resource::Nofile).maximum.unwrap_or(u64::MAX),
            memory: memory(Path::new("/")).unwrap_or(u64::MAX),
        }
    }

    /// Lets this process have all the descriptors it may have: the soft limit is often 1,024, for programs that call
    /// `select`.
    pub fn open_up() {
        let Rlimit { current, maximum } = getrlimit(Resource::Nofile);
        if current != maximum
            && let Err(error) = setrlimit(Resource::Nofile, Rlimit { current: maximum, maximum })
        {
            tracing::warn!(%error, ?current, ?maximum, "the soft limit of open files stays where it is");
        }
    }
}

/// The least of the machine's memory and of the limits of every control group that this process is in (cgroups(7): v2, and
/// the memory controller of v1), read below `root`.
fn memory(root: &Path) -> Option<u64> {
    let read = |path: PathBuf| std::fs::read_to_string(root.join(path)).ok();
    let total = read("proc/meminfo".into())?.lines().find_map(kibibytes)?;
    let groups = read("proc/self/cgroup".into()).unwrap_or_default();
    let limits = groups.lines().filter_map(group).flat_map(|(mounted, file, path)| {
        let path = PathBuf::from(path.trim_start_matches('/'));
        let ancestors: Vec<PathBuf> = path.ancestors().map(Path::to_owned).collect();
        ancestors.into_iter().map(move |each| Path::new(mounted).join(each).join(file))
    });
    let least = limits.filter_map(|path| read(path)?.trim().parse().ok()).min();
    Some(least.map_or(total, |least: u64| least.min(total)))
}

fn kibibytes(line: &str) -> Option<u64> {
    let kib: u64 = line.strip_prefix("MemTotal:")?.trim().strip_suffix(" kB")?.parse().ok()?;
    kib.checked_mul(1024)
}

/// A line of `/proc/self/cgroup`: where its tree is mounted, the limit's file, and the group in it.
fn group(line: &str) -> Option<(&'static str, &'static str, &str)> {
    let (_, rest) = line.split_once(':')?;
    let (controllers, path) = rest.split_once(':')?;
    if controllers.is_empty() {
        return Some(("sys/fs/cgroup", "memory.max", path));
    }
    let memory = controllers.split(',').any(|controller| controller == "memory");
    memory.then_some(("sys/fs/cgroup/memory", "memory.limit_in_bytes", path))
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Root(PathBuf);

    impl Root {
        fn of(files: &[(&str, &str)]) -> Self {
            let root = std::env::temp_dir().join(format!("machine-{}-{:p}", std::process::id(), files));
            for (name, text) in files {
                std::fs::create_dir_all(root.join(name).parent().unwrap()).unwrap();
                std::fs::write(root.join(name), text).unwrap();
            }
            Self(root)
        }
    }

    impl Drop for Root {
        fn drop(&mut self) {
            let _ = std::fs::remove_dir_all(&self.0);
        }
    }

    const TOTAL: (&str, &str) = ("proc/meminfo", "MemTotal:       24000000 kB\nMemFree:  1 kB\n");

    #[test]
    fn the_narrowest_of_the_machine_and_its_control_groups_counts() {
        let group = ("proc/self/cgroup", "0::/system.slice/gateway.service\n");
        let own = "sys/fs/cgroup/system.slice/gateway.service/memory.max";
        let slice = "sys/fs/cgroup/system.slice/memory.max";
        let of = |files: &[(&str, &str)]| memory(&Root::of(files).0);
        assert_eq!(of(&[TOTAL]), Some(24_000_000 << 10), "no control groups");
        assert_eq!(of(&[TOTAL, group, (own, "max\n"), (slice, "max\n")]), Some(24_000_000 << 10));
        assert_eq!(of(&[TOTAL, group, (own, "536870912\n"), (slice, "max\n")]), Some(512 << 20));
        assert_eq!(of(&[TOTAL, group, (own, "max\n"), (slice, "268435456\n")]), Some(256 << 20), "the slice's");
        let v1 = ("proc/self/cgroup", "5:cpu:/x\n7:memory:/docker/1\n");
        let docker = "sys/fs/cgroup/memory/docker/1/memory.limit_in_bytes";
        assert_eq!(of(&[TOTAL, v1, (docker, "1073741824\n")]), Some(1 << 30));
        assert_eq!(of(&[TOTAL, v1, (docker, "9223372036854771712\n")]), Some(24_000_000 << 10), "no limit");
    }

    #[test]
    fn this_process_has_some_of_each() {
        let machine = Machine::this();
        assert!(machine.descriptors >= 256 && machine.memory >= 64 << 20, "{machine:?}");
    }
}
