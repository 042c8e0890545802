//! A page of a list.

use serde::Serialize;
use utoipa::ToSchema;

use crate::input::{Cursor, Page};

/// A page of a list.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
#[schema(as = List)]
pub(crate) struct ListJson<T> {
    /// What is on the page.
    items: Vec<T>,
    /// Send this as `cursor` for the next page; `null` on the last one.
    #[schema(required, example = "Y2hhdHM6MTc5NTAwMDAwMDAwMDEyMC43")]
    next_cursor: Option<String>,
}

impl<T> ListJson<T> {
    /// A page of what was looked up with one more than the page holds.
    pub(crate) fn cut<D, C: Cursor>(
        mut found: Vec<D>,
        page: &Page<C>,
        place: impl Fn(&D) -> C,
        item: impl Fn(D) -> T,
    ) -> Self {
        let limit = usize::try_from(page.limit).unwrap_or(usize::MAX);
        let more = found.len() > limit;
        found.truncate(limit);
        let next_cursor = found.last().filter(|_| more).map(|last| place(last).seal(&page.list));
        Self { items: found.into_iter().map(item).collect(), next_cursor }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page(found: usize) -> ListJson<usize> {
        let page = Page { list: "numbers".to_owned(), after: None, limit: 2 };
        ListJson::cut((0..found).collect(), &page, usize::to_string, |n| n)
    }

    #[test]
    fn a_page_that_was_overfull_goes_on_after_its_last_item() {
        assert_eq!(page(2).next_cursor, None);
        assert_eq!(page(3).items, [0, 1]);
        assert_eq!(
            page(3).next_cursor.and_then(|cursor| String::unseal("numbers", &cursor)),
            Some("1".to_owned())
        );
    }
}
