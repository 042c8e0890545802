//! What is said when a store fails, and how long it is waited for.

use std::error::Error;
use std::iter::successors;
use std::time::Duration;

/// How long a store is waited for.
#[derive(Clone, Copy, Debug)]
pub(super) enum Patience {
    /// As long as it takes: a disk answers, if slowly.
    Endless,
    /// Seconds, and for what is sent to it as long as a slow line takes: it is far away, and somebody waits.
    Short,
}

/// A store begins to answer, and goes on answering, within this time.
const ANSWERS_WITHIN: Duration = Duration::from_secs(5);
/// What a slow line carries in a second: 4 Mbit.
const BYTES_A_SECOND: f64 = 512. * 1024.;

impl Patience {
    /// Awaits an answer to something small.
    pub(super) async fn answered<T>(
        self,
        answer: impl Future<Output = object_store::Result<T>>,
    ) -> object_store::Result<T> {
        self.sent(0, answer).await
    }

    /// Awaits an answer to something that sends this many bytes.
    pub(super) async fn sent<T>(
        self,
        bytes: usize,
        answer: impl Future<Output = object_store::Result<T>>,
    ) -> object_store::Result<T> {
        let Some(limit) = self.to_send(bytes) else { return answer.await };
        tokio::time::timeout(limit, answer).await.unwrap_or_else(|_| {
            let source = format!("no answer within {limit:.0?}").into();
            Err(object_store::Error::Generic { store: "S3", source })
        })
    }

    /// How long that may take at most.
    pub(super) fn to_send(self, bytes: usize) -> Option<Duration> {
        let bytes = u32::try_from(bytes).unwrap_or(u32::MAX);
        match self {
            Self::Endless => None,
            Self::Short => Some(ANSWERS_WITHIN + Duration::from_secs_f64(f64::from(bytes) / BYTES_A_SECOND)),
        }
    }
}

/// Whether it means that there is no such file, and not that there is no such bucket.
pub(super) fn is_absence(error: &object_store::Error) -> bool {
    matches!(error, object_store::Error::NotFound { .. }) && !error.to_string().contains("NoSuchBucket")
}

/// The most characters that a store may say.
const MOST: usize = 400;
/// What comes before the status of an answer.
const BEFORE_STATUS: &str = "Server returned non-2xx status code: ";

/// What went wrong, in one line. Of an answer, only what it says of itself: the rest of it may hold what was signed,
/// with the token in it.
pub(super) fn said(error: &object_store::Error) -> String {
    let first: &(dyn Error + 'static) = error;
    let causes = successors(Some(first), |error| (*error).source());
    let cause = causes.last().map(ToString::to_string).unwrap_or_default();
    let whole = error.to_string();
    let said = match cause.split_once('<') {
        Some((status, answer)) => answered(status, answer),
        None if cause.starts_with(BEFORE_STATUS) => answered(&cause, ""),
        None if whole.contains(&cause) => whole,
        None => format!("{whole}: {cause}"),
    };
    let words = said.split(|c: char| c.is_whitespace() || c.is_control()).filter(|word| !word.is_empty());
    words.collect::<Vec<_>>().join(" ").chars().take(MOST).collect()
}

/// An answer's status, and the code and message that S3 puts into its XML.
fn answered(status: &str, answer: &str) -> String {
    let status = status.trim_start_matches(BEFORE_STATUS).trim_end_matches([':', ' ']);
    let parts = [Some(status), element(answer, "Code"), element(answer, "Message")];
    parts.into_iter().flatten().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(": ")
}

fn element<'a>(answer: &'a str, name: &str) -> Option<&'a str> {
    let (_, rest) = answer.split_once(&format!("<{name}>"))?;
    Some(rest.split_once('<')?.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn failed(cause: &str) -> object_store::Error {
        object_store::Error::Generic { store: "S3", source: cause.to_owned().into() }
    }

    #[test]
    fn of_an_answer_only_its_status_code_and_message_are_told() {
        let answer = "Server returned non-2xx status code: 403 Forbidden: <?xml version=\"1.0\"?>\n\
                      <Error><Code>SignatureDoesNotMatch</Code><Message>The signature\n is wrong.</Message>\
                      <AWSAccessKeyId>AKIA1</AWSAccessKeyId><CanonicalRequest>PUT\n\
                      x-amz-security-token:hunter2</CanonicalRequest></Error>";

        assert_eq!(said(&failed(answer)), "403 Forbidden: SignatureDoesNotMatch: The signature is wrong.");
    }

    #[test]
    fn a_page_in_place_of_an_answer_is_not_told() {
        let page = "Server returned non-2xx status code: 502 Bad Gateway: <html><h1>hunter2</h1></html>";
        let empty = "Server returned non-2xx status code: 503 Service Unavailable: ";

        assert_eq!(said(&failed(page)), "502 Bad Gateway");
        assert_eq!(said(&failed(empty)), "503 Service Unavailable");
    }

    #[test]
    fn what_is_told_is_one_line_that_ends() {
        let long = format!("{}\n\u{1b}[31m{}", "a".repeat(10), "b".repeat(1000));

        let told = said(&failed(&long));

        assert_eq!(told.chars().count(), MOST);
        assert!(!told.contains(char::is_control), "{told:?}");
    }

    #[test]
    fn a_bucket_that_is_gone_is_no_missing_file() {
        let missing = |text: &str| object_store::Error::NotFound {
            path: "a".to_owned(),
            source: text.to_owned().into(),
        };

        assert!(is_absence(&missing("<Code>NoSuchKey</Code>")));
        assert!(!is_absence(&missing("<Code>NoSuchBucket</Code>")));
        assert!(!is_absence(&failed("<Code>NoSuchKey</Code>")));
    }

    #[test]
    fn more_time_is_given_to_more_bytes() {
        assert_eq!(Patience::Short.to_send(0), Some(ANSWERS_WITHIN));
        assert_eq!(Patience::Short.to_send(25 * 1024 * 1024), Some(Duration::from_secs(55)));
        assert_eq!(Patience::Endless.to_send(1), None);
    }
}
