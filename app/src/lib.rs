//! The pages of Dulle: server-rendered documents joined by plain links, with small islands for what moves by itself.
//!
//! Knows `contract` alone: it calls the services through the traits in [`Site`] and neither knows nor cares whether they live
//! in this process. It must not know `platform`, `server` or any service.
//!
//! Two halves share this crate. With the feature `ssr` it is the whole web front: [`router`] serves the pages, takes the forms
//! and answers the server functions. With `hydrate` only [`islands`], [`live`], [`toast`] and the stubs of [`actions`] are left, and they
//! become the wasm that the browser loads.

pub mod actions;
pub mod editor;
pub mod islands;
pub mod live;
pub mod toast;

mod coordinates;
mod drawing;
#[cfg(feature = "hydrate")]
mod hydration;
#[cfg(feature = "hydrate")]
mod parting;

#[cfg(feature = "ssr")]
mod assets;
#[cfg(feature = "ssr")]
mod components;
#[cfg(feature = "ssr")]
mod deeds;
#[cfg(feature = "ssr")]
mod documents;
#[cfg(feature = "ssr")]
mod forms;
#[cfg(feature = "ssr")]
mod pages;
#[cfg(feature = "ssr")]
mod picture;
#[cfg(feature = "ssr")]
mod render;
#[cfg(feature = "ssr")]
mod router;
#[cfg(feature = "ssr")]
mod session;
#[cfg(feature = "ssr")]
mod site;
#[cfg(feature = "ssr")]
mod text;
#[cfg(feature = "ssr")]
mod tiles;
#[cfg(feature = "ssr")]
mod turned_away;
#[cfg(feature = "ssr")]
mod visit;

#[cfg(feature = "ssr")]
pub use assets::AssetsError;
#[cfg(feature = "ssr")]
pub use router::router;
#[cfg(feature = "ssr")]
pub use session::{session_cookie_name, session_token};
#[cfg(feature = "ssr")]
pub use site::Site;
#[cfg(feature = "ssr")]
pub use tiles::{Attribution, NotTiles, TileAddress, Tiles};
#[cfg(feature = "ssr")]
pub use turned_away::TurnedAway;
