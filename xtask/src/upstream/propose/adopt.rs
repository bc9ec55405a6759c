//! Finds the edits that can be made together. The search needs few attempts.

/// The cause of a failed attempt.
pub(super) enum Refusal {
    /// The failing edits are known: the index of each, with its reason. Never empty.
    Edits(Vec<(usize, String)>),
    /// The failing edits are unknown. Only the reason is known.
    Together(String),
}

/// Attempts the edits 0 to `count` together, and leaves out the edits that fail.
///
/// If an attempt returns the failing edits, the other edits are attempted again. If the failing edits are unknown, each
/// half of the edits is attempted alone. Each failing edit then needs a number of attempts that is logarithmic in
/// `count`.
///
/// Returns the state after the last successful attempt, and the refused edits by index, each with its reason.
pub(super) fn adopt<T>(
    state: T,
    count: usize,
    mut attempt: impl FnMut(&T, &[usize]) -> Result<T, Refusal>,
) -> (T, Vec<(usize, String)>) {
    let mut refused = Vec::new();
    let state = part(state, (0..count).collect(), &mut attempt, &mut refused);
    refused.sort_by_key(|(index, _)| *index);
    (state, refused)
}

fn part<T>(
    state: T,
    mut edits: Vec<usize>,
    attempt: &mut impl FnMut(&T, &[usize]) -> Result<T, Refusal>,
    refused: &mut Vec<(usize, String)>,
) -> T {
    while !edits.is_empty() {
        match attempt(&state, &edits) {
            Ok(after) => return after,
            Err(Refusal::Edits(at_fault)) => {
                edits.retain(|edit| at_fault.iter().all(|(index, _)| index != edit));
                refused.extend(at_fault);
            }
            Err(Refusal::Together(reason)) if edits.len() == 1 => {
                refused.push((edits[0], reason));
                return state;
            }
            Err(Refusal::Together(_)) => {
                let second = edits.split_off(edits.len() / 2);
                let state = part(state, edits, attempt, refused);
                return part(state, second, attempt, refused);
            }
        }
    }
    state
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Adopts 1,024 edits. Returns the adopted and the refused ones, and the number of attempts.
    fn adopted(refuse: impl Fn(&[usize]) -> Option<Refusal>) -> (Vec<usize>, Vec<usize>, usize) {
        let mut attempts = 0;
        let (adopted, refused) = adopt(Vec::new(), 1024, |state: &Vec<usize>, edits| {
            attempts += 1;
            refuse(edits).map_or_else(|| Ok([state.as_slice(), edits].concat()), Err)
        });
        (adopted, refused.into_iter().map(|(index, _)| index).collect(), attempts)
    }

    #[test]
    fn edits_that_all_succeed_need_one_attempt() {
        let (adopted, refused, attempts) = adopted(|_| None);
        assert_eq!((adopted.len(), refused.len(), attempts), (1024, 0, 1));
    }

    #[test]
    fn a_known_failing_edit_needs_one_more_attempt() {
        let at_fault = |edits: &[usize]| {
            let found: Vec<_> = edits.iter().filter(|edit| **edit % 2 == 1).collect();
            let found = found.into_iter().map(|edit| (*edit, "odd".to_owned())).collect::<Vec<_>>();
            (!found.is_empty()).then_some(Refusal::Edits(found))
        };
        let (adopted, refused, attempts) = adopted(at_fault);
        assert_eq!((adopted.len(), refused.len(), attempts), (512, 512, 2));
    }

    #[test]
    fn an_unknown_failing_edit_needs_a_logarithmic_number_of_attempts() {
        let (adopted, refused, attempts) =
            adopted(|edits| edits.contains(&700).then(|| Refusal::Together("no".to_owned())));
        assert_eq!((adopted.len(), refused), (1023, vec![700]));
        assert!(!adopted.contains(&700) && adopted.is_sorted());
        // One attempt for all 1,024 edits, and two attempts for each of the ten halvings that lead to the failing edit.
        assert_eq!(attempts, 21);
    }
}
