//! `fnhost:destination/requests`: outbound requests, one call each.

use super::bindings::fnhost::destination::requests::{
    Answer, AnswerBody, Body, Failure, Host, HostExchange, HostExchangeWithStore, HostIncoming, HostIncomingWithStore,
    HostWithStore, OutgoingBody as GivenBody, Piece,
};
use crate::egress::{Cancel, Exchange, Outgoing, OutgoingBody, Received};
use crate::sandbox::Sandbox;
use wasmtime::component::{Accessor, HasSelf, Resource};
use wasmtime::format_err;

/// Exchanges that one instance may have at a time.
const EXCHANGES_MAX: usize = 1_000;

/// A request that is made in steps.
#[expect(unreachable_pub, reason = "the generated bindings re-export it")]
pub struct RequestExchange(Exchange);

/// An answer's body, which is not here while it is being read.
#[expect(unreachable_pub, reason = "the generated bindings re-export it")]
pub struct IncomingBody {
    body: Option<Received>,
    cancel: Cancel,
}

impl<T: Send> HostWithStore<T> for HasSelf<Sandbox> {
    async fn send(
        store: &Accessor<T, Self>,
        method: String,
        url: String,
        headers: Vec<(String, String)>,
        body: Option<Body>,
    ) -> wasmtime::Result<Result<Answer, Failure>> {
        let body = body.map_or(OutgoingBody::Nothing, |body| OutgoingBody::Whole(bytes_of(body)));
        send(store, Outgoing { method, url, headers, body, decode: true }, None).await
    }
}

fn bytes_of(body: Body) -> Vec<u8> {
    match body {
        Body::Text(text) => text.into_bytes(),
        Body::Bytes(bytes) => bytes,
    }
}

/// Sends `outgoing`; `cancel` breaks it off where there is one.
async fn send<T: Send>(
    store: &Accessor<T, HasSelf<Sandbox>>,
    outgoing: Outgoing,
    cancel: Option<Cancel>,
) -> wasmtime::Result<Result<Answer, Failure>> {
    let body_len = if let OutgoingBody::Whole(bytes) = &outgoing.body { bytes.len() } else { 0 };
    charge(store, outgoing.url.len() + pairs_len(&outgoing.headers) + body_len).await?;
    let sent = match store.with(|mut store| store.get().egress.send(outgoing)) {
        Ok(sent) => match &cancel {
            Some(cancel) => cancel.unless(sent).await,
            None => sent.await,
        },
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
            let body = IncomingBody { body: Some(answered.body), cancel: cancel.unwrap_or_else(Cancel::new) };
            AnswerBody::Rest(store.with(|mut store| store.get().resources.push(body))?)
        }
    };
    let (status, status_text, headers) = (answered.status, answered.status_text, answered.headers);
    Ok(Ok(Answer { status, status_text, headers, body }))
}

impl<T: Send> HostIncomingWithStore<T> for HasSelf<Sandbox> {
    async fn read(
        store: &Accessor<T, Self>,
        this: Resource<IncomingBody>,
        bytes_max: u32,
    ) -> wasmtime::Result<Result<Piece, Failure>> {
        let (taken, cancel) = store.with(|mut store| {
            let incoming = store.get().resources.get_mut(&this)?;
            Ok::<_, wasmtime::Error>((incoming.body.take(), incoming.cancel.clone()))
        })?;
        if cancel.is_cancelled() {
            return Ok(Err(Cancel::failure().into()));
        }
        let mut body = taken.ok_or_else(|| format_err!("a body is read by one call at a time"))?;
        let piece = cancel.unless(body.read(bytes_max as usize)).await;
        // The function may have dropped it meanwhile.
        store.with(|mut store| {
            if let Ok(incoming) = store.get().resources.get_mut(&this)
                && !cancel.is_cancelled()
            {
                incoming.body = Some(body);
            }
        });
        if let Ok((bytes, _)) = &piece {
            charge(store, bytes.len()).await?;
        }
        Ok(piece.map(|(bytes, last)| Piece { bytes, last }).map_err(Failure::from))
    }
}

impl<T: Send> HostExchangeWithStore<T> for HasSelf<Sandbox> {
    async fn send(
        store: &Accessor<T, Self>,
        this: Resource<RequestExchange>,
        method: String,
        url: String,
        headers: Vec<(String, String)>,
        body: Option<GivenBody>,
        decode: bool,
    ) -> wasmtime::Result<Result<Answer, Failure>> {
        let (body, cancel) = store.with(|mut store| {
            let exchange = &mut store.get().resources.get_mut(&this)?.0;
            let body = match body {
                Some(GivenBody::Pieces(length)) => {
                    exchange.take_body(length).map(|body| OutgoingBody::Pieces(body, length))
                }
                Some(GivenBody::Whole(body)) => exchange.take_no_body().then(|| OutgoingBody::Whole(bytes_of(body))),
                None => exchange.take_no_body().then_some(OutgoingBody::Nothing),
            };
            let body = body.ok_or_else(|| format_err!("an exchange sends one request"))?;
            Ok::<_, wasmtime::Error>((body, exchange.cancel.clone()))
        })?;
        send(store, Outgoing { method, url, headers, body, decode }, Some(cancel)).await
    }

    async fn write(
        store: &Accessor<T, Self>,
        this: Resource<RequestExchange>,
        bytes: Vec<u8>,
        last: bool,
    ) -> wasmtime::Result<bool> {
        charge(store, bytes.len()).await?;
        let (pieces, cancel) = store.with(|mut store| {
            let exchange = &store.get().resources.get(&this)?.0;
            Ok::<_, wasmtime::Error>((exchange.pieces.clone(), exchange.cancel.clone()))
        })?;
        let written = async { Ok(pieces.write(bytes, last).await) };
        Ok(cancel.unless(written).await.unwrap_or(false))
    }
}

impl Host for Sandbox {}

impl HostIncoming for Sandbox {
    async fn cancel(&mut self, this: Resource<IncomingBody>) -> wasmtime::Result<()> {
        self.charge(0).await?;
        let incoming = self.resources.get_mut(&this)?;
        incoming.cancel.cancel();
        incoming.body = None;
        Ok(())
    }

    async fn drop(&mut self, this: Resource<IncomingBody>) -> wasmtime::Result<()> {
        self.resources.delete(this)?;
        Ok(())
    }
}

impl HostExchange for Sandbox {
    async fn new(&mut self) -> wasmtime::Result<Resource<RequestExchange>> {
        self.charge(0).await?;
        self.exchanges += 1;
        if self.exchanges > EXCHANGES_MAX {
            return Err(format_err!("more than {EXCHANGES_MAX} exchanges at a time"));
        }
        Ok(self.resources.push(RequestExchange(Exchange::new()))?)
    }

    async fn cancel(&mut self, this: Resource<RequestExchange>) -> wasmtime::Result<()> {
        self.charge(0).await?;
        self.resources.get(&this)?.0.cancel.cancel();
        Ok(())
    }

    async fn drop(&mut self, this: Resource<RequestExchange>) -> wasmtime::Result<()> {
        self.resources.delete(this)?;
        self.exchanges -= 1;
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
