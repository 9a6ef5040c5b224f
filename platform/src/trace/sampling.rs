//! Which cases are traced. Whoever calls has no say in it: anybody may call, and a case is traced as a whole or not at all.

use opentelemetry::trace::{Link, SpanKind, TraceId, TraceState};
use opentelemetry::{Context, KeyValue};
use opentelemetry_sdk::trace::{SamplingDecision, SamplingResult, ShouldSample};

/// A share of all cases, told by their ids, so that every process decides the same of a case. Their last 32 bits, which are chance in
/// every kind of UUID: the usual sampler goes by the 64th bit on, which says of which kind the UUID is.
#[derive(Clone, Copy, Debug)]
pub(super) struct Share(f64);

impl Share {
    pub(super) const fn of(share: f64) -> Self {
        Self(share)
    }

    fn takes(self, id: TraceId) -> bool {
        let [.., a, b, c, d] = id.to_bytes();
        f64::from(u32::from_be_bytes([a, b, c, d])) < self.0 * (f64::from(u32::MAX) + 1.0)
    }
}

impl ShouldSample for Share {
    fn should_sample(&self, _: Option<&Context>, id: TraceId, _: &str, _: &SpanKind, _: &[KeyValue], _: &[Link]) -> SamplingResult {
        let decision = if self.takes(id) { SamplingDecision::RecordAndSample } else { SamplingDecision::Drop };
        SamplingResult { decision, attributes: Vec::new(), trace_state: TraceState::default() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Clock;

    #[test]
    fn a_share_of_all_cases() {
        let clock = Clock::system();
        let ids: Vec<_> = (0..10_000).map(|_| TraceId::from_bytes(clock.uuid().into_bytes())).collect();
        let taken = |share: f64| ids.iter().filter(|id| Share::of(share).takes(**id)).count();
        assert_eq!((taken(0.0), taken(1.0)), (0, ids.len()));
        // Ten standard deviations around it.
        assert!((2_000..3_000).contains(&taken(0.25)), "{}", taken(0.25));
    }
}
