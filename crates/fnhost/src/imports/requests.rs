//! `fnhost:destination/requests`: outbound requests, one call each.

use super::bindings::fnhost::destination::requests::{
    Answer, AnswerBody, Body, Failure, Host, HostIncoming, HostIncomingWithStore, HostWithStore, Piece,
};
use crate::egress::{Outgoing, Received};
use crate::sandbox::Sandbox;
use wasmtime::component::{Accessor, HasSelf, Resource};
use wasmtime::format_err;

/// An answer's body, which is not here while it is being read.
#[expect(unreachable_pub, reason = "the generated bindings re-export it")]
pub struct IncomingBody(Option<Received>);

impl<T: Send> HostWithStore<T> for HasSelf<Sandbox> {
    async fn send(
        store: &Accessor<T, Self>,
        method: String,
        url: String,
        headers: Vec<(String, String)>,
        body: Option<Body>,
    ) -> wasmtime::Result<Result<Answer, Failure>> {
        let body = body.map(|body| match body {
            Body::Text(text) => text.into_bytes(),
            Body::Bytes(bytes) => bytes,
        });
        let bytes = url.len() + pairs_len(&headers) + body.as_ref().map_or(0, Vec::len);
        charge(store, bytes).await?;
        let outgoing = Outgoing { method, url, headers, body };
        let sent = match store.with(|mut store| store.get().egress.send(outgoing)) {
            Ok(sent) => sent.await,
            Err(failure) => Err(failure),
        };
        let mut answered = match sent {
            Ok(answered) => answered,
            Err(failure) => return Ok(Err(failure.into())),
        };
        let whole = answered.body.whole();
        charge(store, pairs_len(&answered.headers) + whole.as_ref().map_or(0, Vec::len)).await?;
        let body = match whole.map(String::from_utf8) {
            Some(Ok(text)) => AnswerBody::Whole(Body::Text(text)),
            Some(Err(error)) => AnswerBody::Whole(Body::Bytes(error.into_bytes())),
            None => {
                let body = IncomingBody(Some(answered.body));
                AnswerBody::Rest(store.with(|mut store| store.get().resources.push(body))?)
            }
        };
        Ok(Ok(Answer { status: answered.status, headers: answered.headers, body }))
    }
}

impl<T: Send> HostIncomingWithStore<T> for HasSelf<Sandbox> {
    async fn read(
        store: &Accessor<T, Self>,
        this: Resource<IncomingBody>,
        bytes_max: u32,
    ) -> wasmtime::Result<Result<Piece, Failure>> {
        let taken = store.with(|mut store| Ok::<_, wasmtime::Error>(store.get().resources.get_mut(&this)?.0.take()))?;
        let mut body = taken.ok_or_else(|| format_err!("a body is read by one call at a time"))?;
        let piece = body.read(bytes_max as usize).await;
        // The function may have dropped it meanwhile.
        store.with(|mut store| {
            if let Ok(slot) = store.get().resources.get_mut(&this) {
                slot.0 = Some(body);
            }
        });
        if let Ok((bytes, _)) = &piece {
            charge(store, bytes.len()).await?;
        }
        Ok(piece.map(|(bytes, last)| Piece { bytes, last }).map_err(Failure::from))
    }
}

impl Host for Sandbox {}

impl HostIncoming for Sandbox {
    async fn drop(&mut self, this: Resource<IncomingBody>) -> wasmtime::Result<()> {
        self.resources.delete(this)?;
        Ok(())
    }
}

impl From<crate::egress::Failure> for Failure {
    fn from(failure: crate::egress::Failure) -> Failure {
        Failure { reason: failure.message, code: failure.code }
    }
}

fn pairs_len(pairs: &[(String, String)]) -> usize {
    pairs.iter().map(|(name, value)| name.len() + value.len()).sum()
}

/// As [`Sandbox::charge`], for a call during which others may run.
async fn charge<T: Send>(store: &Accessor<T, HasSelf<Sandbox>>, bytes: usize) -> wasmtime::Result<()> {
    if store.with(|mut store| store.get().account(bytes))? {
        tokio::task::yield_now().await;
    }
    Ok(())
}
