//! The names of choices.

use super::{Locale, td_string};
use contract::course::CourseState;
use contract::place::{Category, Region};
use contract::setting::Setting;

macro_rules! names {
    ($l:ident, $value:ident, $group:ident, $kind:ident { $($variant:ident = $key:ident),+ $(,)? }) => {
        match $value { $($kind::$variant => td_string!($l, $group.$key)),+ }
    };
}

/// What a region is called.
pub(crate) fn region(l: Locale, region: Region) -> &'static str {
    names!(l, region, region, Region {
        Seoul = seoul, Busan = busan, Daegu = daegu, Incheon = incheon, Gwangju = gwangju, Daejeon = daejeon, Ulsan = ulsan,
        Sejong = sejong, Gyeonggi = gyeonggi, Gangwon = gangwon, Chungbuk = chungbuk, Chungnam = chungnam, Jeonbuk = jeonbuk,
        Jeonnam = jeonnam, Gyeongbuk = gyeongbuk, Gyeongnam = gyeongnam, Jeju = jeju,
    })
}

/// What a kind of place is called.
pub(crate) fn category(l: Locale, category: Category) -> &'static str {
    names!(l, category, category, Category {
        Cafe = cafe, Restaurant = restaurant, Bar = bar, Park = park, Walk = walk, Nature = nature, Museum = museum, Gallery = gallery,
        Theater = theater, Market = market, Shop = shop, Activity = activity, Landmark = landmark, Viewpoint = viewpoint, Beach = beach,
        Other = other,
    })
}

/// What being in or out of doors is called.
pub(crate) fn setting(l: Locale, setting: Setting) -> &'static str {
    names!(l, setting, setting, Setting { Indoor = indoor, Outdoor = outdoor })
}

/// What the state of a course is called.
pub(crate) fn state(l: Locale, state: CourseState) -> &'static str {
    names!(l, state, host, CourseState { Draft = draft, Published = published, Unpublished = unpublished })
}
