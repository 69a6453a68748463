//! The named engines of this thread: one per name, however often it is opened, so that V8 gets each reported once.

use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::{Rc, Weak};

use napi::Env;

use crate::external_memory::Tracked;

/// The environment and the name of an engine; a thread may have several environments.
type Key = (usize, String);

thread_local! {
    /// Entries of dropped engines are removed when another name is opened.
    static OPEN: RefCell<HashMap<Key, Weak<Tracked<grid_opa::Engine>>>> = RefCell::default();
}

/// The tracked engine of a name that this thread has opened.
pub(crate) fn tracked(
    env: Env,
    name: String,
    engine: grid_opa::Engine,
) -> Rc<Tracked<grid_opa::Engine>> {
    let key = (env.raw().addr(), name);
    let known = OPEN.with_borrow(|all| all.get(&key).and_then(Weak::upgrade));
    // After `forget` the name has another engine; handles of the old one keep it.
    if let Some(known) = known.filter(|known| known.is_same(&engine)) {
        return known;
    }
    let tracked = Tracked::new(env, engine);
    OPEN.with_borrow_mut(|all| {
        all.retain(|_, known| known.strong_count() > 0);
        all.insert(key, Rc::downgrade(&tracked));
    });
    // Not while the map is borrowed: V8 may collect garbage, and with it engines of the map.
    tracked.report();
    tracked
}
