//! Pictures that were drawn, kept so that each is drawn once; and one drawn at a time, whoever asks for how many.

use super::Picture;
use axum::body::Bytes;
use contract::{ApiError, ApiResult};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::sync::Semaphore;

/// How many pictures are kept, of some 50 KB each.
const KEPT: usize = 128;
/// How many may wait for their turn. More are sent away at once.
const WAITING: usize = 16;
/// How long one waits for its turn. A picture takes a few hundredths of a second.
const PATIENCE: Duration = Duration::from_secs(3);
/// For whoever is sent away.
const COME_AGAIN: ApiError = ApiError::Unavailable { retry_after_seconds: 5 };

/// The pictures.
pub(crate) struct Gallery {
    turn: Arc<Semaphore>,
    waiting: Semaphore,
    /// The one that was asked for last at the end.
    kept: Arc<Mutex<Vec<(Picture, Bytes)>>>,
}

impl Default for Gallery {
    fn default() -> Self {
        Self { turn: Arc::new(Semaphore::new(1)), waiting: Semaphore::new(WAITING), kept: Arc::default() }
    }
}

impl Gallery {
    /// The picture as PNG.
    ///
    /// # Errors
    /// `Unavailable` when too many others are to be drawn first.
    pub(crate) async fn png(&self, picture: &Picture) -> ApiResult<Bytes> {
        if let Some(png) = find(&self.kept, picture) {
            return Ok(png);
        }
        let _waiting = self.waiting.try_acquire().map_err(|_| COME_AGAIN)?;
        let turn = tokio::time::timeout(PATIENCE, self.turn.clone().acquire_owned()).await.map_err(|_| COME_AGAIN)?;
        let turn = turn.map_err(|_| ApiError::Fault)?;
        // Others who waited may have asked for the same.
        if let Some(png) = find(&self.kept, picture) {
            return Ok(png);
        }
        let (kept, picture) = (self.kept.clone(), picture.clone());
        // The turn ends with the drawing, also when whoever asked has gone; and what was drawn is kept.
        let drawing = tokio::task::spawn_blocking(move || {
            let png = picture.png().map(Bytes::from);
            if let Some(png) = &png {
                keep(&kept, picture, png.clone());
            }
            drop(turn);
            png
        });
        match drawing.await {
            Ok(Some(png)) => Ok(png),
            Ok(None) => {
                tracing::error!("a picture could not be drawn");
                Err(ApiError::Fault)
            }
            Err(error) => {
                tracing::error!(%error, "drawing a picture has failed");
                Err(ApiError::Fault)
            }
        }
    }
}

fn find(kept: &Mutex<Vec<(Picture, Bytes)>>, picture: &Picture) -> Option<Bytes> {
    let mut kept = kept.lock().unwrap_or_else(PoisonError::into_inner);
    let index = kept.iter().position(|(one, _)| one == picture)?;
    let found = kept.remove(index);
    let png = found.1.clone();
    kept.push(found);
    Some(png)
}

fn keep(kept: &Mutex<Vec<(Picture, Bytes)>>, picture: Picture, png: Bytes) {
    let mut kept = kept.lock().unwrap_or_else(PoisonError::into_inner);
    if kept.len() >= KEPT {
        kept.remove(0);
    }
    kept.push((picture, png));
}

#[cfg(test)]
mod tests {
    use super::*;

    fn walk(number: i32) -> Picture {
        Picture::Walk { tone: 0, stops: vec![(37_500_000 + number, 127_000_000)] }
    }

    #[test]
    fn only_so_many_are_kept_and_those_that_are_asked_for_stay() {
        let kept = Mutex::default();
        for number in 0..i32::try_from(KEPT).expect("few") {
            keep(&kept, walk(number), Bytes::new());
        }
        assert!(find(&kept, &walk(0)).is_some());
        keep(&kept, walk(-1), Bytes::new());
        assert_eq!(kept.lock().expect("unpoisoned").len(), KEPT);
        assert!(find(&kept, &walk(0)).is_some() && find(&kept, &walk(1)).is_none() && find(&kept, &walk(-1)).is_some());
    }

    #[tokio::test]
    async fn the_same_is_drawn_once_however_many_ask_for_it() {
        let gallery = Gallery::default();
        let same = walk(1);
        let (one, two) = tokio::join!(gallery.png(&same), gallery.png(&same));
        let (one, two) = (one.expect("drawn"), two.expect("kept"));
        assert_eq!(one.as_ptr(), two.as_ptr(), "one and the same");
        assert_eq!(gallery.kept.lock().expect("unpoisoned").len(), 1);
    }

    #[tokio::test]
    async fn who_finds_too_many_waiting_comes_again() {
        let gallery = Gallery::default();
        let _all = gallery.waiting.try_acquire_many(u32::try_from(WAITING).expect("few")).expect("free");
        assert_eq!(gallery.png(&walk(1)).await.expect_err("sent away"), COME_AGAIN);
    }
}
