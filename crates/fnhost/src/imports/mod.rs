//! The interfaces of `fnhost:destination` that the host offers, one file each.
//! WASI's own interfaces come from `wasmtime-wasi` and `wasmtime-wasi-http`.

pub(crate) mod cache;
pub(crate) mod compression;
mod console;
pub(crate) mod crypto;
mod encoding;
mod modules;
mod requests;
mod url;

use crate::sandbox::Sandbox;
use wasmtime::component::{HasSelf, Linker};

pub(crate) mod bindings {
    //! Generated from `wit/`.
    wasmtime::component::bindgen!({
        path: "wit",
        world: "fnhost:destination/destination",
        imports: {
            "fnhost:destination/cache.load": async | store | trappable,
            "fnhost:destination/requests.send": async | store | trappable,
            "fnhost:destination/requests.[method]incoming.read": async | store | trappable,
            "fnhost:destination/requests.[method]exchange.send": async | store | trappable,
            "fnhost:destination/requests.[method]exchange.write": async | store | trappable,
            default: async | trappable,
        },
        exports: { default: async },
        with: {
            "fnhost:destination/compression.codec": super::compression::Codec,
            "fnhost:destination/crypto.cipher": super::crypto::Cipher,
            "fnhost:destination/crypto.hasher": super::crypto::Hasher,
            "fnhost:destination/crypto.key": super::crypto::Key,
            "fnhost:destination/encoding.decoder": super::encoding::StreamDecoder,
            "fnhost:destination/requests.exchange": super::requests::RequestExchange,
            "fnhost:destination/requests.incoming": super::requests::IncomingBody,
            "wasi:http": wasmtime_wasi_http::p3::bindings::http,
            "wasi:clocks": wasmtime_wasi::p3::bindings::clocks,
            "wasi:random": wasmtime_wasi::p3::bindings::random,
        },
    });
}

/// Adds all imports that a component may have.
pub(crate) fn add_to_linker(linker: &mut Linker<Sandbox>) -> wasmtime::Result<()> {
    use bindings::fnhost::destination;
    fn itself(sandbox: &mut Sandbox) -> &mut Sandbox {
        sandbox
    }
    wasmtime_wasi::p2::add_to_linker_async(linker)?;
    wasmtime_wasi::p3::add_to_linker(linker)?;
    wasmtime_wasi_http::p3::add_to_linker(linker)?;
    destination::console::add_to_linker::<_, HasSelf<Sandbox>>(linker, itself)?;
    destination::cache::add_to_linker::<_, HasSelf<Sandbox>>(linker, itself)?;
    destination::compression::add_to_linker::<_, HasSelf<Sandbox>>(linker, itself)?;
    destination::crypto::add_to_linker::<_, HasSelf<Sandbox>>(linker, itself)?;
    destination::url::add_to_linker::<_, HasSelf<Sandbox>>(linker, itself)?;
    destination::encoding::add_to_linker::<_, HasSelf<Sandbox>>(linker, itself)?;
    destination::modules::add_to_linker::<_, HasSelf<Sandbox>>(linker, itself)?;
    destination::requests::add_to_linker::<_, HasSelf<Sandbox>>(linker, itself)?;
    add_module_loader(linker)
}

/// What the JavaScript engine asks for modules while a function is built; it
/// stays an import of the function, where there is nothing to load any more.
pub(crate) const MODULE_LOADER: &str = "local:init/module-loader";

/// What answers whoever asks for a module when none can be loaded any more.
pub(crate) const NOTHING_TO_LOAD: &str =
    "modules are loaded while the function is built; import it at the top level, by a name that is written out";

fn add_module_loader(linker: &mut Linker<Sandbox>) -> wasmtime::Result<()> {
    let mut loader = linker.instance(MODULE_LOADER)?;
    loader.func_wrap("resolve", |_, (_, _): (String, String)| Ok((Err::<String, _>(NOTHING_TO_LOAD.to_owned()),)))?;
    loader.func_wrap("load", |_, (_,): (String,)| Ok((Err::<String, _>(NOTHING_TO_LOAD.to_owned()),)))
}
