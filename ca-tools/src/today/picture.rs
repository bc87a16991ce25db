//! Bars: of refusals by reason, of certificates by the month in which they end. A picture says its values as text, too, and a table
//! stands below it.

use certs::Timestamp;

use super::refused_as;
use crate::ledger::Ledger;
use crate::refusal::Unavailable;

/// Days over which refusals are counted.
const DAYS: i64 = 30;
/// Months that are shown.
const MONTHS: usize = 13;
const DAY: i64 = 86_400;
/// Reasons that have a bar of their own.
const REASONS: usize = 12;

/// Pixels that a bar and its name are high.
const ROW: i64 = 46;
/// Hundredths of the picture's width that the longest bar takes; its number stands behind it.
const LONGEST: i64 = 80;

/// A picture of bars.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct Picture {
    /// By which it is referred to on its page.
    pub(crate) id: &'static str,
    pub(crate) title: String,
    /// What the bars are of.
    pub(crate) of: &'static str,
    pub(crate) bars: Vec<Bar>,
}

/// A bar.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct Bar {
    pub(crate) name: String,
    pub(crate) count: i64,
    /// Where it lies, in pixels.
    pub(crate) top: i64,
    /// How long it is, in hundredths of the picture's width: a narrow picture has shorter bars and letters of the same size.
    pub(crate) long: i64,
}

impl Picture {
    fn of(id: &'static str, title: String, of: &'static str, counted: Vec<(String, i64)>) -> Self {
        let most = counted.iter().map(|(_, count)| *count).max().unwrap_or_default().max(1);
        let bar = |(row, (name, count)): (i64, (String, i64))| Bar {
            name,
            count,
            top: row * ROW,
            long: if count == 0 { 0 } else { (count * LONGEST / most).max(1) },
        };
        // Where there is nothing at all, a sentence says so in one line.
        let bars = if counted.iter().all(|(_, count)| *count == 0) {
            Vec::new()
        } else {
            (0..).zip(counted).map(bar).collect()
        };
        Self { id, title, of, bars }
    }

    /// All of it in one sentence, for who hears it.
    pub(crate) fn said(&self) -> String {
        let each: Vec<_> = self.bars.iter().map(|bar| format!("{} {}件", bar.name, bar.count)).collect();
        if each.is_empty() { "ありません。".to_owned() } else { format!("{}。", each.join("、")) }
    }

    /// In pixels.
    pub(crate) fn height(&self) -> i64 {
        i64::try_from(self.bars.len()).unwrap_or_default() * ROW
    }
}

impl Bar {
    /// The line on which its name stands, above it.
    pub(crate) fn line(&self) -> i64 {
        self.top + 16
    }

    /// Where it begins.
    pub(crate) fn under(&self) -> i64 {
        self.top + 22
    }

    /// The line on which its number stands.
    pub(crate) fn number(&self) -> i64 {
        self.top + 36
    }
}

/// Refusals by reason, the most frequent first.
///
/// # Errors
/// The registry does not answer.
pub(crate) async fn refusals(ledger: &Ledger, now: Timestamp) -> Result<Picture, Unavailable> {
    let mut counted = ledger.refusals(now.plus(-DAYS * DAY)).await?;
    counted.sort_by(|one, other| (other.1, &one.0).cmp(&(one.1, &other.0)));
    let rest: i64 = counted.iter().skip(REASONS).map(|(_, count)| count).sum();
    let mut counted: Vec<_> =
        counted.into_iter().take(REASONS).map(|(reason, count)| (refused_as(&reason).ja, count)).collect();
    if rest > 0 {
        counted.push(("その他".to_owned(), rest));
    }
    Ok(Picture::of("refusals", format!("断られた理由（{DAYS}日間）"), "理由", counted))
}

/// Certificates in use by the month in which they end, from this month on.
///
/// # Errors
/// The registry does not answer.
pub(crate) async fn endings(ledger: &Ledger, now: Timestamp) -> Result<Picture, Unavailable> {
    let months = months(now);
    let until = now.plus(400 * DAY);
    let mut counted: Vec<(String, i64)> =
        months.iter().map(|(year, month)| (format!("{year}年{month}月"), 0)).collect();
    for (day, count) in ledger.endings((now, until)).await? {
        let day = day.in_japan();
        let month = (day.year(), u8::from(day.month()));
        if let Some(at) = months.iter().position(|known| *known == month) {
            counted[at].1 += count;
        }
    }
    Ok(Picture::of("endings", "電子証明書の有効期限（月ごと）".to_owned(), "月", counted))
}

/// This month and those after it.
fn months(now: Timestamp) -> [(i32, u8); MONTHS] {
    let day = now.in_japan();
    let (mut year, mut month) = (day.year(), u8::from(day.month()));
    std::array::from_fn(|_| {
        let this = (year, month);
        (year, month) = if month == 12 { (year + 1, 1) } else { (year, month + 1) };
        this
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bar_is_as_long_as_its_share_and_what_there_is_is_seen() {
        let counted = [("a", 100), ("b", 50), ("c", 0), ("d", 0), ("e", 1)];
        let counted = counted.map(|(name, count)| (name.to_owned(), count)).to_vec();
        let picture = Picture::of("x", String::new(), "", counted);
        let long: Vec<_> = picture.bars.iter().map(|bar| bar.long).collect();
        assert_eq!(long, [LONGEST, LONGEST / 2, 0, 0, 1]);
        assert!(picture.bars.iter().all(|bar| bar.long <= LONGEST && bar.number() < picture.height()));
        assert_eq!(picture.said(), "a 100件、b 50件、c 0件、d 0件、e 1件。");
        assert_eq!(Picture::of("x", String::new(), "", Vec::new()).said(), "ありません。");
        assert!(Picture::of("x", String::new(), "", vec![("a".to_owned(), 0), ("b".to_owned(), 0)]).bars.is_empty());
        let rare = Picture::of("x", String::new(), "", vec![("a".to_owned(), 1_000_000), ("b".to_owned(), 1)]);
        assert_eq!(rare.bars[1].long, 1, "one of a million is seen");
    }

    #[test]
    fn the_months_go_on_over_the_years_end() {
        let december = Timestamp::from_unix(1_798_000_000);
        assert_eq!(december.in_japan().year(), 2026);
        let months = months(december);
        assert_eq!(months[..2], [(2026, 12), (2027, 1)]);
        assert_eq!(months[12], (2027, 12));
    }
}
