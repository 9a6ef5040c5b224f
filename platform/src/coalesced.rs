//! Questions for one thing each, answered by queries for many: while one query is under way, whoever asks next waits for the one after,
//! and all who wait are answered by it together. Nothing is remembered: an answer is never older than its question.

use crate::error::{Error, Result};
use contract::{ApiError, ApiResult};
use futures::future::BoxFuture;
use std::collections::HashMap;
use std::fmt;
use std::hash::Hash;
use std::sync::{Arc, Mutex, PoisonError};
use tokio::sync::oneshot;

/// How many are asked for in one query at the most.
const AT_ONCE: usize = 100;

type Load<K, V> = dyn Fn(Vec<K>) -> BoxFuture<'static, Result<HashMap<K, V>>> + Send + Sync;
type Answer<V> = oneshot::Sender<ApiResult<Option<V>>>;

/// What answers such questions. Cheap to clone.
pub struct Coalesced<K, V>(Arc<Shared<K, V>>);

struct Shared<K, V> {
    load: Box<Load<K, V>>,
    waiting: Mutex<Waiting<K, V>>,
}

struct Waiting<K, V> {
    asked: Vec<(K, Answer<V>)>,
    under_way: bool,
}

impl<K, V> Clone for Coalesced<K, V> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}

impl<K, V> fmt::Debug for Coalesced<K, V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Coalesced").finish_non_exhaustive()
    }
}

impl<K, V> Coalesced<K, V>
where
    K: Clone + Eq + Hash + Send + Sync + 'static,
    V: Clone + Send + 'static,
{
    /// Answers by `load`, which is given each key once and leaves out what isn't there.
    pub fn new(load: impl Fn(Vec<K>) -> BoxFuture<'static, Result<HashMap<K, V>>> + Send + Sync + 'static) -> Self {
        let waiting = Mutex::new(Waiting { asked: Vec::new(), under_way: false });
        Self(Arc::new(Shared { load: Box::new(load), waiting }))
    }

    /// What there is of `key`.
    ///
    /// # Errors
    /// Whatever the query answers that the question was in.
    pub async fn get(&self, key: K) -> ApiResult<Option<V>> {
        let (answer, answered) = oneshot::channel();
        let begin = {
            let mut waiting = self.waiting();
            waiting.asked.push((key, answer));
            !std::mem::replace(&mut waiting.under_way, true)
        };
        if begin {
            // In a task of its own: whoever began may go away while others wait.
            tokio::spawn(self.clone().answer());
        }
        answered.await.unwrap_or_else(|_| Err(Error::Defect("a query for many panicked").into()))
    }

    /// Until nobody waits any more.
    async fn answer(self) {
        let _guard = Begun(&self.0);
        while let Some(asked) = self.next() {
            let mut keys: Vec<K> = Vec::with_capacity(asked.len());
            for (key, _) in &asked {
                if !keys.contains(key) {
                    keys.push(key.clone());
                }
            }
            let found = (self.0.load)(keys).await.map_err(ApiError::from);
            for (key, answer) in asked {
                // Whoever asked may be gone.
                let _gone = answer.send(found.as_ref().map(|found| found.get(&key).cloned()).map_err(Clone::clone));
            }
        }
    }

    fn next(&self) -> Option<Vec<(K, Answer<V>)>> {
        let mut waiting = self.waiting();
        // Those who are gone need no answer.
        waiting.asked.retain(|(_, answer)| !answer.is_closed());
        let many = waiting.asked.len().min(AT_ONCE);
        waiting.under_way = many > 0;
        (many > 0).then(|| waiting.asked.drain(..many).collect())
    }

    fn waiting(&self) -> std::sync::MutexGuard<'_, Waiting<K, V>> {
        self.0.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// If a query panics, those who wait for the next one are told so, and whoever comes later begins anew.
struct Begun<'a, K, V>(&'a Shared<K, V>);

impl<K, V> Drop for Begun<'_, K, V> {
    fn drop(&mut self) {
        if std::thread::panicking() {
            let mut waiting = self.0.waiting.lock().unwrap_or_else(PoisonError::into_inner);
            waiting.asked.clear();
            waiting.under_way = false;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use futures::FutureExt;
    use futures::future::join_all;
    use tokio::sync::Semaphore;

    type Queries = Arc<Mutex<Vec<Vec<u32>>>>;

    /// Doubles what it is asked for, apart from 13; each query waits for a permit and is written down.
    fn doubling() -> (Coalesced<u32, u32>, Arc<Semaphore>, Queries) {
        let (permits, queries) = (Arc::new(Semaphore::new(0)), Queries::default());
        let (gate, log) = (Arc::clone(&permits), Arc::clone(&queries));
        let doubling = Coalesced::new(move |keys: Vec<u32>| {
            let (gate, log) = (Arc::clone(&gate), Arc::clone(&log));
            async move {
                log.lock().unwrap().push(keys.clone());
                gate.acquire().await.unwrap().forget();
                assert!(!keys.contains(&666), "as the test wants it");
                if keys.contains(&99) {
                    return Err(Error::Defect("as the test wants it"));
                }
                Ok(keys.into_iter().filter(|key| *key != 13).map(|key| (key, 2 * key)).collect())
            }
            .boxed()
        });
        (doubling, permits, queries)
    }

    #[tokio::test]
    async fn who_asks_while_a_query_is_under_way_is_answered_by_the_next_together() {
        let (doubling, permits, queries) = doubling();
        let first = tokio::spawn({
            let doubling = doubling.clone();
            async move { doubling.get(1).await }
        });
        while queries.lock().unwrap().is_empty() {
            tokio::task::yield_now().await;
        }
        let others = join_all([2, 3, 13, 2].map(|key| doubling.get(key)));
        permits.add_permits(2);
        assert_eq!(others.await, [Ok(Some(4)), Ok(Some(6)), Ok(None), Ok(Some(4))]);
        assert_eq!(first.await.unwrap(), Ok(Some(2)));
        assert_eq!(*queries.lock().unwrap(), [vec![1], vec![2, 3, 13]]);
    }

    #[tokio::test]
    async fn an_error_or_a_panic_is_told_to_all_who_were_in_it_and_to_nobody_else() {
        let (doubling, permits, _) = doubling();
        permits.add_permits(3);
        assert_eq!(join_all([1, 99].map(|key| doubling.get(key))).await, [Err(ApiError::Fault), Err(ApiError::Fault)]);
        assert_eq!(doubling.get(666).await, Err(ApiError::Fault));
        assert_eq!(doubling.get(4).await, Ok(Some(8)));
    }
}
