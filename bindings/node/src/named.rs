//! The named engines that this thread holds: once a name, however often it is opened, so that V8 is told of each once.

use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::{Rc, Weak};

use napi::Env;

use crate::held::Held;

/// One of an environment, of which a thread may have several, by its name.
type Key = (usize, String);

thread_local! {
    /// What nobody holds any more is taken out when another name is opened.
    static HELD: RefCell<HashMap<Key, Weak<Held<grid_opa::Engine>>>> = RefCell::default();
}

/// How this thread holds the engine of a name that it has opened.
pub(crate) fn held(env: Env, name: String, engine: grid_opa::Engine) -> Rc<Held<grid_opa::Engine>> {
    let key = (env.raw().addr(), name);
    let known = HELD.with_borrow(|all| all.get(&key).and_then(Weak::upgrade));
    // A name that was forgotten meanwhile is another engine's; who has the old one keeps it.
    if let Some(known) = known.filter(|known| known.is_same(&engine)) {
        return known;
    }
    let held = Held::new(env, engine);
    HELD.with_borrow_mut(|all| {
        all.retain(|_, held| held.strong_count() > 0);
        all.insert(key, Rc::downgrade(&held));
    });
    // Not while the map is borrowed: V8 may collect garbage, and with it what is in there.
    held.tell();
    held
}
