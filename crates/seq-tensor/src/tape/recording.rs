//! What happens to the operations of a thread: recorded, not recorded, or not recorded but looked at.

use std::cell::RefCell;

use crate::parameters::Parameter;
use crate::tensor::Tensor;

/// What happens to operations on this thread.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Recording {
    /// They are recorded where a gradient is needed.
    On,
    /// They are not.
    Off,
    /// They are not, but the tape remembers what recording them would have needed; for
    /// [`super::record_checkpoint`].
    Watched,
}

/// What operations met while they were watched.
#[derive(Default)]
pub(super) struct Seen {
    /// True if one of them would have been recorded.
    pub(super) needs_gradient: bool,
    /// One parameter of every store that was read, with the version of the store.
    pub(super) parameters: Vec<(Parameter, u64)>,
}

thread_local! {
    static STATES: RefCell<Vec<(Recording, Seen)>> = const { RefCell::new(Vec::new()) };
}

/// Changes what happens to operations on this thread, until [`end_recording`].
pub fn begin_recording(recording: Recording) {
    STATES.with_borrow_mut(|states| states.push((recording, Seen::default())));
}

/// Goes back to what was before the last [`begin_recording`].
pub fn end_recording() {
    STATES.with_borrow_mut(|states| drop(states.pop()));
}

/// True while operations on this thread are recorded.
pub fn is_recording() -> bool {
    STATES.with_borrow(|states| states.last().is_none_or(|(recording, _)| *recording == Recording::On))
}

/// Runs `work` without recording anything.
pub fn no_grad<R>(work: impl FnOnce() -> R) -> R {
    struct Restore;
    impl Drop for Restore {
        fn drop(&mut self) {
            end_recording();
        }
    }
    begin_recording(Recording::Off);
    let _restore = Restore;
    work()
}

/// An operation on these inputs begins: true if operations are recorded.
pub(super) fn meet(inputs: &[&Tensor]) -> bool {
    STATES.with_borrow_mut(|states| match states.last_mut() {
        None | Some((Recording::On, _)) => true,
        Some((Recording::Off, _)) => false,
        Some((Recording::Watched, seen)) => {
            seen.needs_gradient |= inputs.iter().any(|input| input.needs_gradient());
            for parameter in inputs.iter().filter_map(|input| input.shown_parameter()) {
                if !seen.parameters.iter().any(|(known, _)| known.shares_store(parameter)) {
                    seen.parameters.push((parameter.clone(), parameter.version()));
                }
            }
            false
        }
    })
}

/// What was seen since operations on this thread are watched; nothing if they are not.
pub(super) fn take_seen() -> Seen {
    STATES.with_borrow_mut(|states| states.last_mut().map(|(_, seen)| std::mem::take(seen)).unwrap_or_default())
}
