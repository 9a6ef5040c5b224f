//! How many courses each choice of a filter would give: each filter's choices are counted without it, those of all filters that aren't
//! in use together.

use crate::Viewpage;
use crate::recent::Asked;
use crate::search::Wanted;
use crate::store::{self, Counted};
use contract::ApiResult;
use contract::place::Region;
use contract::setting::Setting;
use contract::text::Tag;
use contract::viewpage::Search;
use contract::viewpage::facets::{Choice, Facets, Filter, OFFERED_COSTS, OFFERED_MINUTES, Tally};
use std::sync::Arc;
use std::time::Instant;

/// The filters whose choices are counted; what else one searches by are words.
const COUNTED: [Filter; 5] = [Filter::Region, Filter::Setting, Filter::Tag, Filter::MaxCost, Filter::MaxMinutes];

impl Viewpage {
    /// As [`contract::ViewpageApi::facets`].
    pub(super) async fn count(&self, search: &Search) -> ApiResult<Facets> {
        let all = self.count_all(search).await?;
        let mut facets = Facets { total: total(&all), ..Facets::default() };
        for filter in COUNTED {
            if is_used(search, filter) {
                let others = self.count_all(&lifted(search, filter)).await?;
                facets.without.push(Choice { value: filter, courses: total(&others) });
                take(&mut facets, filter, &others);
            } else {
                take(&mut facets, filter, &all);
            }
        }
        if search.query.is_some() && facets.total.is_none() {
            let others = self.count_all(&lifted(search, Filter::Q)).await?;
            facets.without.push(Choice { value: Filter::Q, courses: total(&others) });
        }
        Ok(facets)
    }

    async fn count_all(&self, search: &Search) -> ApiResult<Arc<Counted>> {
        let most = |limit: Option<u32>| limit.map(|limit| i32::try_from(limit).unwrap_or(i32::MAX));
        let asked = Asked { wanted: Wanted::of(search), max_cost: most(search.max_cost), max_minutes: most(search.max_minutes) };
        if let Some(counted) = self.recent.get(&asked, Instant::now()) {
            return Ok(counted);
        }
        let counted = Arc::new(store::count(&self.searches, &asked).await?);
        self.recent.keep(asked, &counted, Instant::now());
        Ok(counted)
    }
}

const fn is_used(search: &Search, filter: Filter) -> bool {
    match filter {
        Filter::Q => search.query.is_some(),
        Filter::Region => search.region.is_some(),
        Filter::Setting => search.setting.is_some(),
        Filter::Tag => search.tag.is_some(),
        Filter::MaxCost => search.max_cost.is_some(),
        Filter::MaxMinutes => search.max_minutes.is_some(),
    }
}

fn lifted(search: &Search, filter: Filter) -> Search {
    let mut others = search.clone();
    match filter {
        Filter::Q => others.query = None,
        Filter::Region => others.region = None,
        Filter::Setting => others.setting = None,
        Filter::Tag => others.tag = None,
        Filter::MaxCost => others.max_cost = None,
        Filter::MaxMinutes => others.max_minutes = None,
    }
    others
}

const fn total(counted: &Counted) -> Tally {
    Tally { count: counted.total, exact: counted.exact }
}

/// Takes the choices of `filter` from what was counted without it.
fn take(facets: &mut Facets, filter: Filter, counted: &Counted) {
    let tally = |count| Tally { count, exact: counted.exact };
    let of_code = |counts: &[(String, u32)], code: &str| counts.iter().find(|(value, _)| value == code).map_or(0, |(_, count)| *count);
    let offers = |offers: &[u32], counts: &[u32]| {
        offers.iter().zip(counts).map(|(value, count)| Choice { value: *value, courses: tally(*count) }).collect::<Vec<_>>()
    };
    match filter {
        Filter::Q => {}
        Filter::Region => {
            let choice = |region: &Region| Choice { value: *region, courses: tally(of_code(&counted.regions, region.code())) };
            facets.regions = Region::ALL.iter().map(choice).collect();
        }
        Filter::Setting => {
            let choice = |setting: &Setting| Choice { value: *setting, courses: tally(of_code(&counted.settings, setting.code())) };
            facets.settings = Setting::ALL.iter().map(choice).collect();
        }
        Filter::Tag => {
            let choice = |(tag, count): &(String, u32)| Some(Choice { value: Tag::parse("tag", tag).ok()?, courses: tally(*count) });
            facets.tags = counted.tags.iter().filter_map(choice).collect();
        }
        Filter::MaxCost => facets.max_cost = offers(&OFFERED_COSTS, &counted.costs),
        Filter::MaxMinutes => facets.max_minutes = offers(&OFFERED_MINUTES, &counted.minutes),
    }
}
