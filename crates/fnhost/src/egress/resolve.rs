//! Names to addresses.

use std::net::IpAddr;
use std::pin::Pin;

/// What [`Resolver::resolve`] answers with.
pub type Resolved<'a> = Pin<Box<dyn Future<Output = Result<Vec<IpAddr>, ResolveError>> + Send + 'a>>;

/// Finds the addresses of a host name. Address literals never come here.
pub trait Resolver: Send + Sync + 'static {
    /// The addresses of `host`, in the order in which they are to be tried.
    fn resolve<'a>(&'a self, host: &'a str) -> Resolved<'a>;
}

/// Why a name has no address.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ResolveError {
    /// The name does not exist: Node's `ENOTFOUND`.
    #[error("name not found")]
    NotFound,
    /// No name server answered: Node's `EAI_AGAIN`.
    #[error("temporary failure in name resolution")]
    TryAgain,
}

/// The operating system's resolver.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemResolver;

impl Resolver for SystemResolver {
    fn resolve<'a>(&'a self, host: &'a str) -> Resolved<'a> {
        Box::pin(async move {
            match tokio::net::lookup_host((host, 0)).await {
                Ok(addresses) => Ok(addresses.map(|address| address.ip()).collect()),
                // The standard library keeps the resolver's code to itself, so
                // its text has to do. No public name is without a dot
                // (https://www.iab.org/documents/correspondence-reports-documents/2013-2/iab-statement-dotless-domains-considered-harmful/):
                // when no server answers for one, it does not exist.
                Err(error) if host.contains('.') && error.to_string().contains("Temporary failure") => {
                    Err(ResolveError::TryAgain)
                }
                Err(_) => Err(ResolveError::NotFound),
            }
        })
    }
}
