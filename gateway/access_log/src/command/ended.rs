//! What was taken away by retention, as its signed heads say it: so the first line that is left follows something.

use std::path::{Path, PathBuf};

use super::super::checkpoint::PublicLogKey;
use super::super::retention::{EndedHead, EndedHow, heads_beside};
use super::super::seal::Chain;
use super::files::{Lines, Next};

/// The heads beside the files that were given.
#[derive(Debug, Default)]
pub(super) struct EndedBefore {
    file: PathBuf,
    /// In the order of their lines, each stretch once.
    heads: Vec<EndedHead>,
    /// Heads that no key was given for.
    unverified: u64,
    /// What is wrong with them.
    pub(super) faults: Vec<String>,
}

impl EndedBefore {
    /// Reads them, where there are any.
    pub(super) fn of(files: &[PathBuf], keys: &[PublicLogKey]) -> Result<Self, String> {
        let mut places: Vec<_> = files.iter().map(|file| heads_beside(file)).filter(|file| file.exists()).collect();
        places.sort();
        places.dedup();
        let mut all = Self::default();
        for place in places {
            all.read(&place, keys).map_err(|error| format!("{}: {error}", place.display()))?;
        }
        all.heads.sort_by_key(|head| (head.first, head.how == EndedHow::Archived));
        // Of what was archived and is gone now, that it is gone.
        all.heads.dedup_by(|later, earlier| later.first == earlier.first && later.hash == earlier.hash);
        let misfit = |pair: &[EndedHead]| {
            let [one, other] = pair else { return None };
            let fits = other.first == one.last + 1 && other.prev == one.hash;
            (!fits).then(|| format!("the heads of lines {} and {} do not follow each other", one.last, other.first))
        };
        let misfits: Vec<_> = all.heads.windows(2).filter_map(misfit).collect();
        all.faults.extend(misfits.into_iter().map(|why| format!("{}: {why}", all.file.display())));
        Ok(all)
    }

    fn read(&mut self, place: &Path, keys: &[PublicLogKey]) -> std::io::Result<()> {
        place.clone_into(&mut self.file);
        let mut lines = Lines::of(place)?;
        for number in 1_u64.. {
            let line = match lines.read()? {
                Next::Line(line) => String::from_utf8_lossy(line).into_owned(),
                // A program that was killed leaves a torn last head; the file that it is of is still there.
                Next::Torn(_) | Next::End => break,
            };
            if keys.is_empty() {
                self.unverified += 1;
                continue;
            }
            match EndedHead::read(&line, keys) {
                Ok(head) => self.heads.push(head),
                Err(why) => self.faults.push(format!("{}:{number}: bad head: {why}", place.display())),
            }
        }
        Ok(())
    }

    /// Where the chain stood before this line, where a head says it.
    pub(super) fn chain_before(&self, first: u64) -> Option<Chain> {
        let head = self.heads.iter().find(|head| head.last + 1 == first)?;
        Some(Chain { next: first, prev: head.hash })
    }

    /// What is to be told of them, for people; of the lines before this one.
    pub(super) fn told(&self, first: u64) -> Vec<String> {
        let mut told = Vec::new();
        if self.unverified > 0 {
            let (count, file) = (self.unverified, self.file.display());
            told.push(format!(
                "note: {count} heads in {file} are believed only with --checkpoints, beside which their key stands"
            ));
        }
        let before: Vec<_> = self.heads.iter().filter(|head| head.last < first).collect();
        if let [oldest, ..] = before[..]
            && let Some(newest) = before.last()
        {
            let archived = before.iter().filter(|head| head.how == EndedHow::Archived).count();
            let removed = before.len() - archived;
            told.push(format!(
                "lines {} to {}, written {} to {}, were ended: {archived} files archived, {removed} removed; their heads are signed",
                oldest.first, newest.last, oldest.since, newest.until
            ));
        }
        told
    }
}
