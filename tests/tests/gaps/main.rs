//! Corners of the API that reach over several of its paths, from outside.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod attempts;
mod files;
mod invited;
mod presence;

use tests::{Database, Options, Server, databases};

/// A fresh server on each database there is, set up like this.
async fn each(setting: (&str, &str), test: impl AsyncFn(Server)) {
    for database in databases() {
        test(on(database, setting).await).await;
    }
}

async fn on(database: Database, (key, value): (&str, &str)) -> Server {
    Server::with(|options: Options| options.database(database).setting(key, value)).await
}
