//! Sending what is kept of a file, part by part, for as long as who asked for it may have it.

use actix_web::{
    HttpRequest,
    body::{MessageBody, SizedStream},
    http::Method,
    web,
};
use domain::{
    AttachmentId, Caller,
    attachments::{Attachment, files},
};
use futures_util::stream::{self, StreamExt, TryStreamExt};
use std::{ops::Range, rc::Rc};
use web_common::{Problem, State, lasting::while_allowed, media::Opened};

/// Who asks for which file.
#[derive(Clone)]
pub(super) struct Reader {
    pub(super) state: web::Data<State>,
    pub(super) by: Caller,
    pub(super) id: AttachmentId,
}

impl Reader {
    /// Asked anew each time: what was readable a moment ago may not be any more.
    pub(super) async fn find(&self) -> Result<Attachment, Problem> {
        let (by, id) = (self.by.clone(), self.id);
        Ok(self.state.store.read(move |reads| files::find(reads, &by, id)).await?)
    }

    /// Opens what is kept, whole or in part, as far as its first bytes: a store that fails by then is an answer of its
    /// own, and they leave in one packet with the headers. Of what only its headers are asked for, nothing is read.
    pub(super) async fn open(
        &self,
        request: &HttpRequest,
        key: &str,
        range: Option<Range<u64>>,
    ) -> Result<Opened, Problem> {
        let range = if request.method() == Method::HEAD { Some(0..0) } else { range };
        let Opened { size, mut parts } =
            self.state.media.file(key, range).await?.ok_or_else(Problem::not_found)?;
        let first = parts.try_next().await?;
        Ok(Opened { size, parts: stream::iter(first.map(Ok)).chain(parts).boxed() })
    }

    /// A body of so many bytes. Where they break off, or may not be read any more, the connection ends before them.
    pub(super) fn body(self, opened: Opened, bytes: u64) -> impl MessageBody + 'static {
        let reader = Rc::new(self);
        let allowed = {
            let reader = reader.clone();
            move || {
                let reader = reader.clone();
                async move { reader.find().await.map(drop) }
            }
        };
        SizedStream::new(bytes, Box::pin(while_allowed(&reader.state, &reader.by, opened.parts, allowed)))
    }
}
