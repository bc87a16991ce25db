//! Numbers that were counted when somebody asked, as OpenMetrics writes them.
//!
//! The registry holds them, not this program: they are written out and forgotten, family by family, in the order in which
//! they were counted.

use std::fmt;

use prometheus_client::collector::Collector;
use prometheus_client::encoding::{DescriptorEncoder, NoLabelSet, text};
use prometheus_client::metrics::MetricType;
use prometheus_client::registry::Registry;

/// How OpenMetrics 1.0 is called over HTTP.
pub(super) const CONTENT_TYPE: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";

/// Does a number only grow?
#[derive(Clone, Copy, Debug)]
enum Counted {
    /// It does; `_total` is written behind its name.
    Ever,
    Now,
}

/// Numbers of one name.
#[derive(Debug)]
pub(super) struct Family {
    name: &'static str,
    help: &'static str,
    counted: Counted,
    samples: Vec<(Labels, i64)>,
}

/// What a number is of.
pub(super) type Labels = Vec<(&'static str, String)>;

impl Family {
    /// Of what happened since the beginning.
    pub(super) fn counter(name: &'static str, help: &'static str, samples: Vec<(Labels, i64)>) -> Self {
        Self { name, help, counted: Counted::Ever, samples }
    }

    /// Of what there is.
    pub(super) fn gauge(name: &'static str, help: &'static str, samples: Vec<(Labels, i64)>) -> Self {
        Self { name, help, counted: Counted::Now, samples }
    }
}

#[derive(Debug)]
struct Figures(Vec<Family>);

impl Collector for Figures {
    fn encode(&self, mut encoder: DescriptorEncoder<'_>) -> fmt::Result {
        for family in &self.0 {
            let kind = match family.counted {
                Counted::Ever => MetricType::Counter,
                Counted::Now => MetricType::Gauge,
            };
            let mut metric = encoder.encode_descriptor(family.name, family.help, None, kind)?;
            for (labels, number) in &family.samples {
                let mut sample = metric.encode_family(labels)?;
                match family.counted {
                    Counted::Ever => sample.encode_counter::<NoLabelSet, _, u64>(&number.unsigned_abs(), None)?,
                    Counted::Now => sample.encode_gauge(number)?,
                }
            }
        }
        Ok(())
    }
}

/// The text that a scraper reads.
///
/// # Errors
/// It could not be written.
pub(super) fn written(families: Vec<Family>) -> Result<String, fmt::Error> {
    let mut registry = Registry::default();
    registry.register_collector(Box::new(Figures(families)));
    let mut text = String::new();
    text::encode(&mut text, &registry)?;
    Ok(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_family_is_written_as_openmetrics_has_it() {
        let of = |word: &str| vec![("state", word.to_owned())];
        let families = vec![
            Family::counter("ca_made", "Made", vec![(of("a"), 3), (of("b\"c"), 0)]),
            Family::gauge("ca_left", "Left", vec![(Vec::new(), -2)]),
        ];
        let text = written(families).unwrap();
        let expected = "# HELP ca_made Made\n# TYPE ca_made counter\nca_made_total{state=\"a\"} 3\n\
            ca_made_total{state=\"b\\\"c\"} 0\n# HELP ca_left Left\n# TYPE ca_left gauge\nca_left -2\n# EOF\n";
        assert_eq!(text, expected);
    }
}
