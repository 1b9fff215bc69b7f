//! `fnhost:destination/modules`: what `require` finds while a function is built.
//! It knows no module; the builder's loader does.

use super::NOTHING_TO_LOAD;
use super::bindings::fnhost::destination::modules::{Failure, Host, Kind, Source};
use crate::modules::{Module, ModuleError, ModuleKind};
use crate::sandbox::Sandbox;

impl From<ModuleError> for Failure {
    fn from(error: ModuleError) -> Failure {
        Failure { message: error.message, code: error.code.to_owned() }
    }
}

fn over() -> Failure {
    Failure { message: NOTHING_TO_LOAD.to_owned(), code: "MODULE_NOT_FOUND".to_owned() }
}

impl Host for Sandbox {
    async fn resolve(&mut self, referrer: String, specifier: String) -> wasmtime::Result<Result<String, Failure>> {
        self.charge(referrer.len() + specifier.len()).await?;
        let Some(loader) = &self.modules else { return Ok(Err(over())) };
        Ok(loader.find(&referrer, &specifier).map_err(Failure::from))
    }

    async fn load(&mut self, path: String) -> wasmtime::Result<Result<Source, Failure>> {
        let Some(loader) = &self.modules else { return Ok(Err(over())) };
        let module = match loader.read(&path) {
            Ok(module) => module,
            Err(error) => return Ok(Err(error.into())),
        };
        self.charge(module.text.len()).await?;
        let kind = match module.kind {
            ModuleKind::Unit => Kind::Unit,
            ModuleKind::CommonJs => Kind::Commonjs,
            ModuleKind::Json => Kind::Json,
        };
        let Module { text, line, units, globals, requires, imports, .. } = module;
        Ok(Ok(Source { kind, text, line, units, globals, requires, imports }))
    }
}
