//! What every store promises, held by a folder and by a bucket, and what only one of them can do.

use super::*;
use bytes::Bytes;
use s3_for_tests::{BUCKET, KEY, S3, SECRET};
use std::time::Duration;
use tempfile::TempDir;
use tokio::task::JoinSet;

/// The largest file that is kept, in bytes.
const LARGEST: usize = 25 * 1024 * 1024;

fn key(text: &str) -> Key {
    text.parse().unwrap()
}

/// Both kinds of store, empty, and where they keep things.
struct Stores {
    folder: TempDir,
    s3: S3,
}

impl Stores {
    async fn new() -> Self {
        Self { folder: TempDir::new().unwrap(), s3: S3::start().await }
    }

    /// Opens both, each time anew.
    async fn open(&self) -> [Storage; 2] {
        let media = self.folder.path().join("deep").join("media");
        [Storage::in_folder(&media).unwrap(), in_bucket(&self.s3.url()).await.unwrap()]
    }
}

async fn in_bucket(url: &str) -> Result<Storage, StorageError> {
    Storage::in_bucket_with(&url.parse().unwrap(), |_| None).await
}

async fn listed(store: &Storage, under: &str) -> Vec<Key> {
    let found: Vec<Found> = store.list(&key(under)).try_collect().await.unwrap();
    let mut keys: Vec<Key> = found.into_iter().map(|found| found.key).collect();
    keys.sort();
    keys
}

/// The bytes of a part, how large the whole is, and in how many pieces it came.
async fn part(store: &Storage, text: &str, range: Option<Range<u64>>) -> (Vec<u8>, u64, usize) {
    let opened = store.open(&key(text), range).await.unwrap().expect("it is there");
    let pieces: Vec<Bytes> = opened.parts.try_collect().await.unwrap();
    (pieces.concat(), opened.size, pieces.len())
}

#[tokio::test]
async fn what_was_put_is_got_back() {
    for store in Stores::new().await.open().await {
        store.put(&key("a/b.txt"), b"first".to_vec()).await.unwrap();
        store.put(&key("a/b.txt"), b"second".to_vec()).await.unwrap();

        assert_eq!(store.get(&key("a/b.txt")).await.unwrap(), Some(b"second".to_vec()));
    }
}

#[tokio::test]
async fn the_largest_and_the_smallest_file_are_kept_whole() {
    for store in Stores::new().await.open().await {
        let large: Vec<u8> = (0..LARGEST).map(|at| (at % 251) as u8).collect();
        store.put(&key("large"), large.clone()).await.unwrap();
        store.put(&key("empty"), Vec::new()).await.unwrap();

        assert!(store.get(&key("large")).await.unwrap() == Some(large));
        assert_eq!(store.get(&key("empty")).await.unwrap(), Some(Vec::new()));
    }
}

#[tokio::test]
async fn a_part_is_read_without_the_rest() {
    for store in Stores::new().await.open().await {
        let file: Vec<u8> = (0..300_000_u32).map(|at| (at % 251) as u8).collect();
        store.put(&key("a"), file.clone()).await.unwrap();

        for range in [0..10, 77..200_001, 299_999..300_000, 0..300_000] {
            let (bytes, size, _) = part(&store, "a", Some(range.clone())).await;
            let (from, to) = (range.start as usize, range.end as usize);
            assert!(size == 300_000 && bytes == file[from..to], "{range:?}");
        }
        let (bytes, size, pieces) = part(&store, "a", None).await;
        assert!(size == 300_000 && bytes == file);
        assert!(pieces > 1, "it comes in pieces");
        assert_eq!(part(&store, "a", Some(0..0)).await, (Vec::new(), 300_000, 0));
        assert_eq!(part(&store, "a", Some(299_998..900_000)).await.0, file[299_998..], "cut at the end");
        assert!(store.open(&key("a"), Some(300_000..300_001)).await.is_err(), "beyond the end");
    }
}

#[tokio::test]
async fn a_file_that_gets_shorter_while_it_is_read_is_no_whole_file() {
    let folder = TempDir::new().unwrap();
    let store = Storage::in_folder(folder.path()).unwrap();
    store.put(&key("a"), vec![7; 1_000_000]).await.unwrap();
    let mut opened = store.open(&key("a"), None).await.unwrap().unwrap();
    opened.parts.try_next().await.unwrap().expect("a first part");

    let file = std::fs::File::options().write(true).open(folder.path().join("a")).unwrap();
    file.set_len(600_000).unwrap();

    let rest = opened.parts.try_collect::<Vec<Bytes>>().await;
    assert!(rest.unwrap_err().to_string().contains("400000 bytes before its end"));
}

#[tokio::test]
async fn a_listing_tells_when_each_file_was_written() {
    let begun = SystemTime::now() - Duration::from_secs(2);
    for store in Stores::new().await.open().await {
        store.put(&key("a/b"), vec![1]).await.unwrap();

        let found = store.list(&key("a")).try_next().await.unwrap().expect("it is there");

        assert!(found.written_at > begun && found.written_at <= SystemTime::now() + Duration::from_secs(2));
    }
}

#[tokio::test]
async fn what_was_never_put_is_not_there() {
    for store in Stores::new().await.open().await {
        assert_eq!(store.get(&key("a/none")).await.unwrap(), None);
        for range in [None, Some(0..0), Some(0..1)] {
            assert!(store.open(&key("a/none"), range).await.unwrap().is_none());
        }
    }
}

#[tokio::test]
async fn what_was_deleted_is_gone_and_deleting_again_is_fine() {
    for store in Stores::new().await.open().await {
        store.put(&key("a/b"), b"x".to_vec()).await.unwrap();

        store.delete(&key("a/b")).await.unwrap();
        store.delete(&key("a/b")).await.unwrap();

        assert_eq!(store.get(&key("a/b")).await.unwrap(), None);
    }
}

#[tokio::test]
async fn a_folder_is_listed_at_any_depth_and_nothing_beside_it() {
    for store in Stores::new().await.open().await {
        for text in ["a/2", "a/b/1", "ab/3", "c"] {
            store.put(&key(text), vec![1]).await.unwrap();
        }

        assert_eq!(listed(&store, "a").await, [key("a/2"), key("a/b/1")]);
        assert_eq!(listed(&store, "nothing").await, []);
    }
}

#[tokio::test]
async fn files_survive_a_restart_and_are_seen_by_everyone_who_opens_the_same_store() {
    let stores = Stores::new().await;
    for (one, other) in stores.open().await.into_iter().zip(stores.open().await) {
        one.put(&key("a"), b"kept".to_vec()).await.unwrap();

        assert_eq!(other.get(&key("a")).await.unwrap(), Some(b"kept".to_vec()));
    }
    for reopened in stores.open().await {
        assert_eq!(reopened.get(&key("a")).await.unwrap(), Some(b"kept".to_vec()));
    }
}

#[tokio::test]
async fn readers_see_the_old_file_or_the_new_one_and_never_a_part() {
    for store in Stores::new().await.open().await {
        let (old, new) = (vec![1; 400_000], vec![2; 400_000]);
        store.put(&key("a"), old.clone()).await.unwrap();

        let mut writing = JoinSet::new();
        let (writer, [before, after]) = (store.clone(), [old.clone(), new.clone()]);
        writing.spawn(async move {
            for _ in 0..10 {
                writer.put(&key("a"), after.clone()).await.unwrap();
                writer.put(&key("a"), before.clone()).await.unwrap();
            }
        });
        while writing.try_join_next().is_none() {
            let seen = store.get(&key("a")).await.unwrap().expect("it never vanishes");
            assert!(seen == old || seen == new);
        }
    }
}

#[test]
fn a_folder_that_cannot_be_made_is_refused_with_its_name() {
    let folder = TempDir::new().unwrap();
    let file = folder.path().join("file");
    std::fs::write(&file, "in the way").unwrap();

    let error = Storage::in_folder(&file.join("media")).unwrap_err();

    assert!(matches!(error, StorageError::Folder { folder, .. } if folder.ends_with("media")));
}

#[tokio::test]
async fn everything_in_a_bucket_lies_below_its_prefix_and_trying_it_leaves_nothing() {
    let s3 = S3::start().await;
    let store = in_bucket(&s3.url()).await.unwrap();
    assert_eq!(s3.keys(), [""; 0]);

    store.put(&key("a/b"), vec![1]).await.unwrap();

    assert_eq!(s3.keys(), ["natter/a/b"]);
}

#[tokio::test]
async fn a_bucket_that_lacks_something_is_refused_with_what_it_lacks_and_what_was_said() {
    let cases = [
        ("GetObject", "cannot be read: 403 Forbidden: AccessDenied: Not for you."),
        ("PutObject", "cannot be written to: 403 Forbidden: AccessDenied: Not for you."),
        ("DeleteObject", "cannot be deleted from: 403 Forbidden: AccessDenied: Not for you."),
    ];
    for (operation, lack) in cases {
        let s3 = S3::start().await;
        s3.forbid(operation);

        let refused = in_bucket(&s3.url()).await.unwrap_err().to_string();

        let shown = format!("s3://***@{BUCKET}/natter?endpoint={}", s3.endpoint());
        assert_eq!(refused, format!("media_url: {shown} {lack}"));
    }
}

#[tokio::test]
async fn a_bucket_is_not_opened_with_wrong_keys_nor_when_it_is_not_there() {
    let s3 = S3::start().await;
    let cases = [
        (s3.url_with(KEY, "hunter3"), "SignatureDoesNotMatch"),
        (s3.url_with("AKIABEN", SECRET), "NotSignedUp"),
        (s3.url().replace(BUCKET, "elsewhere"), "NoSuchBucket"),
    ];
    for (url, code) in cases {
        let refused = in_bucket(&url).await.unwrap_err();

        let told = format!("{refused}\n{refused:?}");
        assert!(refused.to_string().starts_with("media_url: s3://***@"), "{told}");
        assert!(told.contains(code), "{told}");
        for secret in ["hunter", "AKIA"] {
            assert!(!told.contains(secret), "{told}");
        }
    }
}

#[tokio::test]
async fn a_bucket_is_not_opened_while_its_server_is_away() {
    let mut s3 = S3::start().await;
    s3.stop().await;

    let refused = in_bucket(&s3.url()).await.unwrap_err().to_string();

    assert!(refused.contains("cannot be read") && refused.contains("refused"), "{refused}");
}

#[tokio::test]
async fn debugging_prints_no_keys() {
    let s3 = S3::start().await;

    let printed = format!("{:?}", in_bucket(&s3.url()).await.unwrap());

    assert!(!printed.contains(KEY) && !printed.contains("hunter"), "{printed}");
}

#[tokio::test]
async fn keys_may_come_from_the_environment_but_those_of_the_url_go_over_them() {
    let s3 = S3::start().await;
    let environment = |id: &'static str, secret: &'static str, token: Option<&'static str>| {
        move |name: &str| match name {
            "AWS_ACCESS_KEY_ID" => Some(id.to_owned()),
            "AWS_SECRET_ACCESS_KEY" => Some(secret.to_owned()),
            "AWS_SESSION_TOKEN" => token.map(str::to_owned),
            _ => None,
        }
    };
    let open = async |url: String, variable: &dyn Fn(&str) -> Option<String>| {
        Storage::in_bucket_with(&url.parse().unwrap(), variable).await
    };

    open(s3.url_without_key(), &environment(KEY, SECRET, None)).await.unwrap();
    open(s3.url_without_key(), &environment(KEY, "hunter3", None)).await.unwrap_err();
    open(s3.url(), &environment("AKIABEN", "hunter3", Some("token"))).await.unwrap();
}

#[tokio::test]
async fn half_a_key_is_refused() {
    let s3 = S3::start().await;
    let half = |name: &str| (name == "AWS_ACCESS_KEY_ID").then(|| KEY.to_owned());

    let refused =
        Storage::in_bucket_with(&s3.url_without_key().parse().unwrap(), half).await.unwrap_err().to_string();

    assert!(refused.contains("Missing SecretAccessKey"), "{refused}");
}

#[tokio::test]
async fn a_bucket_that_is_away_is_said_to_be_and_is_used_again_when_it_is_back() {
    let mut s3 = S3::start().await;
    let store = in_bucket(&s3.url()).await.unwrap();
    store.put(&key("a"), b"kept".to_vec()).await.unwrap();

    s3.stop().await;
    let is_away = |result: Result<(), StorageError>| {
        assert!(matches!(result, Err(StorageError::Unavailable(_))), "{result:?}");
    };
    is_away(store.put(&key("b"), b"lost".to_vec()).await);
    is_away(store.get(&key("a")).await.map(drop));
    is_away(store.delete(&key("a")).await);
    is_away(store.open(&key("a"), Some(0..0)).await.map(drop));
    is_away(store.list(&key("a")).try_next().await.map(drop));

    s3.restart().await;
    assert_eq!(store.get(&key("a")).await.unwrap(), Some(b"kept".to_vec()));
    store.put(&key("b"), b"found".to_vec()).await.unwrap();
}

#[tokio::test]
async fn a_bucket_that_does_not_answer_is_not_waited_for() {
    let s3 = S3::start().await;
    let store = in_bucket(&s3.url()).await.unwrap();
    s3.stall(true);

    let error = store.get(&key("a")).await.unwrap_err().to_string();

    assert!(error.contains("no answer within 5s"), "{error}");
    s3.stall(false);
    assert_eq!(store.get(&key("a")).await.unwrap(), None);
}

#[tokio::test]
async fn a_bucket_that_went_away_is_no_store_without_files() {
    let s3 = S3::start().await;
    let store = in_bucket(&s3.url()).await.unwrap();
    s3.remove_bucket();

    let put = store.put(&key("a"), vec![1]).await.unwrap_err().to_string();
    for range in [None, Some(0..0), Some(0..1)] {
        let Err(got) = store.open(&key("a"), range).await else { panic!("it is not there") };
        let got = got.to_string();

        assert!(put.contains("NoSuchBucket") && got.contains("NoSuchBucket"), "{put}, {got}");
    }
}

#[tokio::test]
async fn nothing_is_sent_to_who_has_no_certificate_that_is_known() {
    let s3 = S3::start_secure().await;

    let refused = in_bucket(&s3.url()).await.unwrap_err().to_string();

    assert!(refused.contains("certificate"), "{refused}");
    assert_eq!(s3.keys(), [""; 0]);
}
